"""Individual agreements: the next revision of a programme with one customer's own rule, or without it (rulings 19)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goodword.business.models import Business
from goodword.engine import exceptions
from goodword.engine.parsing_writing import to_yaml
from goodword.engine.programme import parse
from goodword.errors import NotFound, Refused
from goodword.flow import revising
from goodword.inbox import models as inbox
from goodword.people.models import Contact, listed
from goodword.programmes import models


def add_exception(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``exception.added {programme, rule, contact, own}``: from now on this customer gets ``own`` instead of what the
    rule gives all (R107).

    Raises:
        NotFound: ``programme_not_found``, ``contact_not_found``.
        Refused: ``rule_not_found``, ``group_pays_the_dearest``, ``programme_ended``, ``invalid_programme``.
    """
    line = line_of(business, row, now=now)
    contact = Contact.objects.filter(listed(), business=business, public_id=row.data.get("contact")).first()
    if contact is None:
        raise NotFound("contact_not_found", "no contact of that id")
    rule, own = str(row.data.get("rule") or ""), dict(row.data.get("own") or {})
    text = text_with(latest_of(line), general=rule, contact=contact.public_id, own=own)
    revising.judge(business, text)
    revising.next_revision(business, line, text, actor=row.actor, now=now)


def remove_exception(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``exception.removed {programme, rule}``: friends who come from now on earn this customer what all get (R107).

    Raises:
        NotFound: ``programme_not_found``, ``exception_not_found``.
        Refused: ``programme_ended``.
    """
    line = line_of(business, row, now=now)
    document = latest_of(line).document
    programme = parse(document)
    rule = str(row.data.get("rule") or "")
    if rule not in {each.rule.id for each in exceptions.individuals(programme)}:
        raise NotFound("exception_not_found", "the programme has no individual agreement of that id")
    text = to_yaml(exceptions.without(programme.source, rule))
    revising.judge(business, text)
    revising.next_revision(business, line, text, actor=row.actor, now=now)


def line_of(business: Business, row: inbox.Event, *, now: datetime) -> models.Programme:
    """Return the programme a command names; it has not ended."""
    line = models.Programme.objects.filter(business=business, slug=row.data.get("programme")).first()
    if line is None:
        raise NotFound("programme_not_found", "no programme of that id")
    if line.ended_at is not None and line.ended_at <= now:
        raise Refused("programme_ended", "this programme has ended")
    return line


def latest_of(line: models.Programme) -> models.Revision:
    """Return the latest revision of a programme.

    Raises:
        NotFound: ``programme_not_found`` when nothing of it was published.
    """
    found = line.revisions.order_by("-number").first()
    if found is None:
        raise NotFound("programme_not_found", "nothing of this programme is published")
    return found


def text_with(revision: models.Revision, *, general: str, contact: str, own: dict[str, Any]) -> str:
    """Return the document with a customer's own rule, as it would be published."""
    source = parse(revision.document).source
    return to_yaml(exceptions.with_exception(source, general_id=general, contact=contact, own=own))
