from django.apps import AppConfig


class BusinessConfig(AppConfig):
    name = "goodword.business"
    label = "business"
