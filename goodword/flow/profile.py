"""What a customer lets others see of them, and that their data was handed out."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.errors import Invalid
from goodword.flow.whose import contact_of, living
from goodword.inbox import models as inbox

LONGEST_ALIAS = 40


def change_alias(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``alias.changed {contact, alias}``: how the public leaderboard names them; empty takes the initials."""
    contact = living(business, row)
    alias = " ".join(str(row.data.get("alias") or "").split())
    if len(alias) > LONGEST_ALIAS or not alias.isprintable():
        raise Invalid("bad_alias", f"at most {LONGEST_ALIAS} characters in one line", pointer="/alias")
    contact.alias = alias
    contact.save(update_fields=["alias"])


def note_export(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``contact.exported {contact}``: all we hold of a person was handed out; kept with who did it."""
    contact_of(business, row)
