"""What a person does to their own account, written down in each business of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from goodword.business.models import Business, User
from goodword.engine.wording.language import LANGUAGES
from goodword.errors import Invalid
from goodword.flow.authority import STAFF
from goodword.flow.naming import split_name
from goodword.flow.submit import submit


def note(*, person: User, type: str, data: dict[str, Any], now: datetime) -> None:  # noqa: A002 - as in submit
    """Write down in every business of a person what happened to the person's account."""
    for business in Business.objects.filter(memberships__user=person).order_by("pk"):
        submit(business=business, type=type, data=data, actor=f"{STAFF}{person.email}", now=now)


def change_person(*, person: User, name: str, language: str, now: datetime) -> None:
    """Give a person another name and language of the console; nothing is told when nothing changes.

    Raises:
        Invalid: ``bad_name``, ``unknown_language``.
    """
    first, last = split_name(name)
    if language not in LANGUAGES:
        raise Invalid("unknown_language", f"“{language}” is not one of {', '.join(LANGUAGES)}", field="language")
    if (first, last, language) == (person.first_name, person.last_name, person.language):
        return
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(first_name=first, last_name=last, language=language)
        data = {"name": f"{first} {last}".strip(), "from": person.get_full_name(), "language": language}
        note(person=person, type="person.changed", data=data, now=now)
