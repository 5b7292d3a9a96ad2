"""What a rule may know when it is decided: frozen values, nothing else."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class LineFact(msgspec.Struct, frozen=True):
    """One line of a ticket as a rule sees it.

    ``net`` is ``quantity * unit_price - discount`` in smallest units, already less the line's share of what was paid
    with points, credit or promotional value (rulings 23); it may be negative.
    """

    kind: str
    sku: str | None
    net: int


class RuleFacts(msgspec.Struct, frozen=True):
    """Everything the conditions and the amount of one rule may use.

    Attributes:
        at: the instant that is judged: the stage's time for referral rules, the closing's for ticket rules (UTC).
        local_date: the local date of ``at`` in the business's zone.
        currency: the programme's currency.
        nth: the referral's ordinal at that stage; ``None`` for ticket rules.
        total: the job's total, net of tax, in smallest units; ``None`` for ticket rules or when no job told one.
        lines: the ticket's lines; ``None`` for referral rules.
        services: the job's services (for a ticket rule those of the job the ticket names).
        location: the job's or ticket's location.
        traits: of the one to be rewarded at event time: ``club:gold``, ``tag:realtor``, ``partner``.
        score: the job's survey score, if one is known.
        contact: external names and id of the one to be rewarded, for ``contact:<id>`` audiences.
    """

    at: datetime
    local_date: date
    currency: str
    nth: int | None = None
    total: int | None = None
    lines: tuple[LineFact, ...] | None = None
    services: tuple[str, ...] = ()
    location: str | None = None
    traits: frozenset[str] = frozenset()
    score: int | None = None
    contact: frozenset[str] = frozenset()


def names_in(traits: frozenset[str]) -> frozenset[str]:
    """Return the names a contact bore when its traits were taken (``contact:<id>``)."""
    return frozenset(trait.removeprefix("contact:") for trait in traits if trait.startswith("contact:"))


class Check(msgspec.Struct, frozen=True):
    """The outcome of one condition: what was wanted, what was found, whether it held. ``code`` names the refusal."""

    key: str
    wanted: str
    found: str
    held: bool
    code: str = ""
