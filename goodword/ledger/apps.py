from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from goodword.ledger.seal import seal_after_migrate


class LedgerConfig(AppConfig):
    name = "goodword.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The one signal of the project: SQLite's table rebuild drops triggers, so every migrate puts them back.
        post_migrate.connect(seal_after_migrate, sender=self)
