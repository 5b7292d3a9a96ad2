"""Publish a programme: a command like any other, recorded before it acts (rulings 1, 12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goodword.business.models import Business
from goodword.flow.revising import judge
from goodword.flow.submit import submit
from goodword.programmes.models import Revision


def publish(*, business: Business, text: str, actor: str, now: datetime, after: int | None = None) -> Revision:
    """Make the next revision of the programme that the document's id names, and return it.

    Only a first revision may start in the past; a later one is in force from the later of its ``starts`` and now.

    Args:
        after: the number of the revision that the document was made from, where somebody edited one.

    Raises:
        Refused: ``invalid_programme`` with every fault, ``wrong_currency``, or ``acknowledgement_required``; a document
            with faults is no event, and can be sent again when it is mended. ``changed_meanwhile`` when another one
            than ``after`` is the latest.
    """
    programme = judge(business, text)
    data: dict[str, Any] = {"document": text} if after is None else {"document": text, "after": after}
    told = submit(business=business, type="programme.published", data=data, actor=actor, now=now)
    revisions = Revision.objects.filter(programme__business=business, programme__slug=programme.id)
    return revisions.get(number=told.data["revision"])
