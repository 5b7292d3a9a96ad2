"""One rule of a programme, read and typed: what sets it off, whom it rewards, with what and how much."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from goodword.engine.durations import Dates, Duration, Season

Stage = Literal[
    "referral.attributed", "referral.consultation", "referral.booked",
    "referral.completed", "referral.invoiced", "referral.paid",
]  # fmt: skip
REFERRAL_STAGES: tuple[str, ...] = (
    "referral.attributed", "referral.consultation", "referral.booked",
    "referral.completed", "referral.invoiced", "referral.paid",
)  # fmt: skip
ACTIONS: tuple[str, ...] = ("appointment.online", "appointment.prebooked", "product.reserved")
TICKET_TRIGGERS: tuple[str, ...] = ("ticket.closed", *ACTIONS)
TRIGGERS: tuple[str, ...] = (*REFERRAL_STAGES, *TICKET_TRIGGERS)
DEFAULT_KINDS: tuple[str, ...] = ("service", "retail", "package", "membership")


class Fixed(msgspec.Struct, frozen=True, tag="fixed"):
    """``25.00``: that, in smallest units (whole points for points)."""

    units: int


class Tiers(msgspec.Struct, frozen=True, tag="tiers"):
    """By the referral's ordinal; ``steps`` are ``(ordinal, units)``, rising."""

    steps: tuple[tuple[int, int], ...]
    between: Literal["previous", "nothing"] = "previous"


class Grow(msgspec.Struct, frozen=True, tag="grow"):
    """Ordinal n pays ``start + (n-1)*step``, never above ``cap``; all smallest units."""

    start: int
    step: int
    cap: int | None = None


class Percent(msgspec.Struct, frozen=True, tag="percent"):
    """Of the qualifying net; ``up_to`` in smallest units (whole points for points)."""

    percent: Decimal
    up_to: int | None = None


class PerUnit(msgspec.Struct, frozen=True, tag="per_unit"):
    """Points per currency unit of the qualifying net."""

    points: Decimal


class PercentOff(msgspec.Struct, frozen=True, tag="percent_off"):
    """A percent discount, in basis points (15 % = 1500)."""

    basis_points: int


Amount = Fixed | Tiers | Grow | Percent | PerUnit | PercentOff


class Nth(msgspec.Struct, frozen=True, tag="nth"):
    """The referral's ordinal is from ``low`` to ``high`` (None: no end)."""

    low: int
    high: int | None


class MinNet(msgspec.Struct, frozen=True, tag="min_net"):
    """The qualifying net is at least ``units``."""

    units: int


class Kinds(msgspec.Struct, frozen=True, tag="kinds"):
    """Only lines of these kinds count."""

    kinds: tuple[str, ...]


class Skus(msgspec.Struct, frozen=True, tag="skus"):
    """Only lines with these SKUs count."""

    skus: tuple[str, ...]


class Services(msgspec.Struct, frozen=True, tag="services"):
    """The job has at least one of these services."""

    services: tuple[str, ...]


class Locations(msgspec.Struct, frozen=True, tag="locations"):
    """The job or ticket is of one of these locations."""

    locations: tuple[str, ...]


class During(msgspec.Struct, frozen=True, tag="during"):
    """The local date is in the season or the dates."""

    season: Season | Dates


class Audience(msgspec.Struct, frozen=True, tag="audience"):
    """The one to be rewarded is in any of these: ``club:x``, ``tag:x``, ``partner``, ``contact:<id>``."""

    any_of: tuple[str, ...]


class MinScore(msgspec.Struct, frozen=True, tag="min_score"):
    """The job's survey score is at least ``score``, 1 to 5."""

    score: int


Condition = Nth | MinNet | Kinds | Skus | Services | Locations | During | Audience | MinScore


class Limit(msgspec.Struct, frozen=True):
    """At most ``count`` grants, or ``amount`` in all (smallest units; whole points for a points rule).

    ``in_`` is the calendar period: day, month, year or ever.
    """

    count: int | None
    amount: int | None
    per: Literal["holder", "friend", "programme"]
    in_: Literal["day", "month", "year", "ever"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. Money is in smallest units of the programme's currency, points are whole.

    ``conditions`` are ``(key, params)`` in the document's order. ``uses``: how often a discount code may be used
    (rulings 31). Every rule of a group carries the group's one ``pick``.
    """

    id: str
    when: str
    to: Literal["referrer", "friend", "introducer", "customer"]
    give: Literal["service_credit", "discount", "points", "voucher", "gift_card", "cash", "custom"]
    amount: Amount | None = None
    text: str | None = None
    value: int | None = None
    max_value: int | None = None
    uses: int = 1
    conditions: tuple[tuple[str, Condition], ...] = ()
    limits: tuple[Limit, ...] = ()
    hold: Duration | None = None
    expires: Duration | None = None
    on_cancel: Literal["take_back", "keep"] = "take_back"
    group: str | None = None
    pick: Literal["best", "first"] = "best"

    @property
    def on_ticket(self) -> bool:
        """Say whether a ticket's closing sets it off (the three actions included)."""
        return self.when in TICKET_TRIGGERS

    @property
    def stage(self) -> str | None:
        """Return the referral stage it pays on (``paid``), or None for a ticket rule."""
        return None if self.on_ticket else self.when.removeprefix("referral.")

    def condition(self, key: str) -> Condition | None:
        """Return the parameters of the condition ``key``, if the rule has it."""
        return next((params for name, params in self.conditions if name == key), None)
