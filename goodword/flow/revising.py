"""What publishing does: the next immutable revision of the programme that a document names (rulings 12)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.engine import exceptions
from goodword.engine.durations import midnight
from goodword.engine.parsing_writing import to_yaml
from goodword.engine.programme import Programme, parse, publish_faults
from goodword.errors import Refused
from goodword.flow.minting import mint_id
from goodword.inbox import models as inbox
from goodword.programmes import models


def judge(business: Business, text: str) -> Programme:
    """Return the programme a business may publish.

    Raises:
        Refused: ``invalid_programme`` with every fault, ``wrong_currency``, or ``acknowledgement_required``.
    """
    programme = parse(text)
    if programme.currency != business.currency:
        raise Refused(
            "wrong_currency", f"this business keeps its books in {business.currency}, not {programme.currency}"
        )
    lacking = publish_faults(programme)
    if lacking:
        raise Refused("acknowledgement_required", lacking[0].problem, faults=[f"{f.key}: {f.problem}" for f in lacking])
    return programme


def publish_programme(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``programme.published {document, after?}``: the next revision, in force from its ``starts`` or from now.

    ``after`` is the number of the revision that was edited: another one published meanwhile is not written over.
    """
    text = str(row.data.get("document") or "")
    programme = judge(business, text)
    line, _ = models.Programme.objects.get_or_create(
        business=business, slug=programme.id,
        defaults={"public_id": mint_id("prg", at=now), "name": programme.name, "created_at": now},
    )  # fmt: skip
    latest = line.revisions.order_by("-number").first()
    if row.data.get("after", latest.number if latest else 0) != (latest.number if latest else 0):
        raise Refused("changed_meanwhile", "another revision was published meanwhile; look at it and edit that one")
    if latest is not None:
        text = kept_individuals(business, latest.document, text)
    number = next_revision(business, line, text, actor=row.actor, now=now)
    row.data = {**row.data, "revision": number}
    row.save(update_fields=["data"])
    line.name, line.draft = programme.name, ""
    line.save(update_fields=["name", "draft"])


def kept_individuals(business: Business, before: str, text: str) -> str:
    """Return the document with the individual agreements that the last one had: a general edit keeps them (R107)."""
    old, new = parse(before).source, parse(text).source
    kept = exceptions.carried(old, new)
    if kept is new:
        return text
    written = to_yaml(kept)
    judge(business, written)
    return written


def next_revision(business: Business, line: models.Programme, text: str, *, actor: str, now: datetime) -> int:
    """Write the programme's next revision and return its number; only a first may start in the past (rulings 12)."""
    latest = line.revisions.order_by("-number").first()
    programme, zone = parse(text), ZoneInfo(business.timezone)
    starts = midnight(programme.starts, zone) if programme.starts is not None else now
    number = latest.number + 1 if latest is not None else 1
    models.Revision.objects.create(
        programme=line, number=number, document=text,
        starts_at=max(starts, now) if latest is not None else starts, published_at=now, published_by=actor,
    )  # fmt: skip
    return number
