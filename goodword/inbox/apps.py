from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "goodword.inbox"
    label = "inbox"
