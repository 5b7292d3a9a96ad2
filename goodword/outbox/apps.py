from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "goodword.outbox"
    label = "outbox"
