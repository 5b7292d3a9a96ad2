"""A link was opened: counted by day and owner, with nothing about the visitor (domain.md, Referrals)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from goodword.people.models import Contact
from goodword.referrals.models import Visit


def note_visit(*, contact: Contact, now: datetime) -> None:
    """Count one opening of the contact's link on the business's local day."""
    day = now.astimezone(ZoneInfo(contact.business.timezone)).date()
    with transaction.atomic():
        visit, _ = Visit.objects.get_or_create(business=contact.business, contact=contact, day=day)
        Visit.objects.filter(pk=visit.pk).update(count=F("count") + 1)
