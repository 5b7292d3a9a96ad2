"""The state a history folds into: contacts, jobs, tickets, referrals, grants, lots.

The same classes hold a whole history in a backtest and, live, the slice that a batch of events speaks of
(``flow/facts.py`` loads it, ``flow/keep.py`` writes back what was touched). They know no database: ``pk`` is opaque.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from goodword.engine.durations import Duration, local_date
from goodword.engine.programme import Programme
from goodword.engine.records import Appointment, Contact, Job, Reservation, Revision, Ticket

STAGES = ("attributed", "consultation", "booked", "completed", "invoiced", "paid")
POINTS_HOLD = Duration(count=24, unit="h")  # R62
EARNED = frozenset({"credit", "points", "promo_voucher", "gift_card", "cash", "right"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The business's settings that decide value. ``points_hold`` is the default hold of points (R62)."""

    zone: ZoneInfo
    currency: str
    country: str | None = None
    points_hold: Duration = POINTS_HOLD
    household: Literal["review", "refuse", "allow"] = "review"


@dataclass(slots=True)
class Use:
    """What a limit or a budget has given out in one period."""

    count: int = 0
    measure: int = 0


Instrument = Literal["sold", "promotional"]
UseKey = tuple[str, str, str, Contact | None, str]  # programme, rule, per, subject, period


@dataclass(eq=False, slots=True)
class World:
    """Everything the fold may see and change."""

    settings: Settings
    programmes: dict[str, list[Revision]]
    identities: dict[tuple[str, str], Contact] = field(default_factory=dict)
    public: dict[str, Contact] = field(default_factory=dict)
    codes: dict[str, Contact] = field(default_factory=dict)
    resting: set[str] = field(default_factory=set)  # codes of withdrawn customers: given once, and bring nobody now
    phones: dict[str, list[Contact]] = field(default_factory=dict)
    emails: dict[str, list[Contact]] = field(default_factory=dict)
    jobs: dict[tuple[str, str], Job] = field(default_factory=dict)
    tickets: dict[tuple[str, str], Ticket] = field(default_factory=dict)
    appointments: dict[tuple[str, str], Appointment] = field(default_factory=dict)
    reservations: dict[tuple[str, str], Reservation] = field(default_factory=dict)
    uses: dict[UseKey, Use] = field(default_factory=dict)
    instruments: dict[str, Instrument] = field(default_factory=dict)  # of the vouchers that tickets name, by our id
    ahead: set[tuple[str, str]] = field(default_factory=set)  # tickets that vouchers were redeemed for before
    sequence: int = 0
    touched: dict[int, object] = field(default_factory=dict)
    touched_uses: set[UseKey] = field(default_factory=set)

    def touch(self, *things: object) -> None:
        """Note that these changed, so that whoever keeps the world writes them."""
        for thing in things:
            self.touched[id(thing)] = thing

    def next_sequence(self) -> int:
        """Return the next lot's place in the order of creation."""
        self.sequence += 1
        return self.sequence

    def in_force(self, at: datetime) -> Iterator[Revision]:
        """Yield by programme id the revision in force at ``at``, if that lies within its ``starts`` and ``ends``.

        Both are local dates, both included; they bound a friend's arrival and a ticket's closing (rulings 6).
        """
        for key in sorted(self.programmes):
            for revision in reversed(self.programmes[key]):
                if (revision.start is None or revision.start <= at) and (revision.end is None or at < revision.end):
                    if self._within(revision.programme, at):
                        yield revision
                    break

    def _within(self, programme: Programme, at: datetime) -> bool:
        day = local_date(at, self.settings.zone)
        after = programme.starts is None or programme.starts <= day
        return after and (programme.ends is None or day <= programme.ends)
