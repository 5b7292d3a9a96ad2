from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "goodword.work"
    label = "work"
