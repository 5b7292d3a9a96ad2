"""What an order would do, by the code that does it: loaded, decided, and left at that. Nothing is stored.

The transaction is there for the locks: what is read belongs together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from goodword.business.models import Business
from goodword.engine.decisions import Attributed, Granted, NotGranted, Trace
from goodword.errors import Refused
from goodword.flow.record import COMMANDS
from goodword.flow.referring import prepare_attribution, prepare_removal
from goodword.flow.ripples import Ripple, ripple_of
from goodword.flow.settle import hold
from goodword.inbox import models as inbox


@dataclass(frozen=True, slots=True)
class Decided:
    """What one rule would do, and for whom (a contact's public id); ``text`` are the words of a custom reward."""

    trace: Trace
    holder: str
    text: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an attribution would lead to at once.

    Attributes:
        refusal: why it would not be taken; then the rest is empty.
        revisions: keys of the revisions that the referral would be pinned to; ``eligible`` those open to the referrer.
        household: friend and referrer share an address, and a person would have to look.
    """

    refusal: Refused | None = None
    revisions: list[int] = field(default_factory=list)
    eligible: list[int] = field(default_factory=list)
    is_new: bool = True
    household: bool = False
    decided: list[Decided] = field(default_factory=list)


def preview_attribution(*, business: Business, friend: str, referrer: str, now: datetime) -> Foreseen:
    """Return what ``referral.attributed`` would do now for these public ids."""
    row = _row(business, "referral.attributed", {"friend": friend, "referrer": referrer, "how": "name"}, now)
    with transaction.atomic():
        hold(business)
        try:
            change = prepare_attribution(business=business, row=row, now=now)
        except Refused as refusal:
            return Foreseen(refusal=refusal)
        decisions = change.concluded()
    made = next(d.referral for d in decisions if isinstance(d, Attributed))
    decided = []
    for each in decisions:
        if isinstance(each, Granted):
            holder = each.grant.holder.root().public_id
            decided.append(Decided(each.trace, holder, each.grant.rule.text or ""))
        elif isinstance(each, NotGranted):
            end = made.friend if each.trace.to == "friend" else made.referrer
            decided.append(Decided(each.trace, end.root().public_id, ""))
    return Foreseen(
        revisions=[pin.revision.pk for pin in made.pins if pin.revision.pk is not None],
        eligible=[pin.revision.pk for pin in made.pins if pin.revision.pk is not None and pin.eligible],
        is_new=made.is_new, household=made.household, decided=decided,
    )  # fmt: skip


def preview_removal(*, business: Business, referral: str, now: datetime) -> Ripple:
    """Return all that ``referral.removed`` would move now.

    Raises:
        NotFound: ``referral_not_found``.
        Refused: ``already_removed``.
    """
    row = _row(business, "referral.removed", {"referral": referral}, now)
    with transaction.atomic():
        hold(business)
        change, held = prepare_removal(business=business, row=row, now=now)
        return ripple_of(change.found, held, change.concluded())


def _row(business: Business, kind: str, data: dict[str, str], now: datetime) -> inbox.Event:
    """Return an event that is never stored."""
    return inbox.Event(
        business=business, public_id="", source=COMMANDS, external_id="preview", type=kind, rank=0, time=now,
        recorded_at=now, data=data, digest="",
    )  # fmt: skip
