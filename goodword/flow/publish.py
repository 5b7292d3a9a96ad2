"""Publish a programme: an immutable revision, in force from its start or from now (rulings 12)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from goodword.business.models import Business
from goodword.engine.durations import midnight
from goodword.engine.programme import Programme, parse, publish_faults
from goodword.errors import Refused
from goodword.flow.facts import settings_of
from goodword.flow.minting import mint_id
from goodword.flow.settle import hold
from goodword.programmes import models


def publish(*, business: Business, text: str, actor: str, now: datetime) -> models.Revision:
    """Make the next revision of the programme that the document's id names.

    Only a first revision may start in the past; a later one is in force from the later of its ``starts`` and now.

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
    with transaction.atomic():
        hold(business)
        return _store(business, programme, text, actor=actor, now=now)


def _store(business: Business, programme: Programme, text: str, *, actor: str, now: datetime) -> models.Revision:
    line, _ = models.Programme.objects.get_or_create(
        business=business, slug=programme.id,
        defaults={"public_id": mint_id("prg", at=now), "name": programme.name, "created_at": now},
    )  # fmt: skip
    latest = line.revisions.order_by("-number").first()
    zone = settings_of(business).zone
    starts = midnight(programme.starts, zone) if programme.starts is not None else now
    revision = models.Revision.objects.create(
        programme=line, number=latest.number + 1 if latest is not None else 1, document=text,
        starts_at=max(starts, now) if latest is not None else starts, published_at=now, published_by=actor,
    )  # fmt: skip
    line.name, line.draft = programme.name, ""
    line.save(update_fields=["name", "draft"])
    return revision
