from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "goodword.programmes"
    label = "programmes"
