"""Publish a programme: a command like any other, recorded before it acts (rulings 1, 12)."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.flow.revising import judge
from goodword.flow.submit import submit
from goodword.programmes.models import Revision


def publish(*, business: Business, text: str, actor: str, now: datetime) -> Revision:
    """Make the next revision of the programme that the document's id names, and return it.

    Only a first revision may start in the past; a later one is in force from the later of its ``starts`` and now.

    Raises:
        Refused: ``invalid_programme`` with every fault, ``wrong_currency``, or ``acknowledgement_required``; a document
            with faults is no event, and can be sent again when it is mended.
    """
    programme = judge(business, text)
    submit(business=business, type="programme.published", data={"document": text}, actor=actor, now=now)
    revisions = Revision.objects.filter(programme__business=business, programme__slug=programme.id)
    return revisions.latest("number")
