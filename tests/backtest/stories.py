"""Small histories told in a few words: Ann refers Bob, Cy is a stranger.

Every event gets the id ``e1``, ``e2`` … in the order it is told; times are written ``03-02`` or
``03-02 10:00`` and mean 2026, UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from goodword.backtest.runner import Award, Backtest, read_events, run, world_for
from goodword.engine.decisions import Decision
from goodword.engine.events import Event
from goodword.engine.history import apply
from goodword.engine.programme import parse
from goodword.engine.records import Revision
from goodword.engine.world import Settings, World
from goodword.errors import Refused


def instant(text: str) -> datetime:
    """Read ``03-02`` (noon) or ``03-02 10:00`` as UTC of 2026; a whole RFC 3339 time is taken as it stands."""
    if "T" in text:
        return datetime.fromisoformat(text)
    day, _, clock = text.partition(" ")
    return datetime.fromisoformat(f"2026-{day}T{clock or '12:00'}:00+00:00")


def document(rules: str, head: str = "", *, name: str = "Story", currency: str = "USD") -> str:
    """Return a programme's document around ``rules``, one inline mapping a line."""
    lines = "\n".join(f"  - {{{line.strip()}}}" for line in rules.strip().splitlines())
    return f"format: 1\nname: {name}\ncurrency: {currency}\n{head}\nrules:\n{lines}\n"


class Story:
    """A programme, settings and events; ``rows`` and ``refused`` tell what came of them."""

    def __init__(
        self, rules: str, head: str = "", *, currency: str = "USD", zone: str = "UTC", **settings: Any
    ) -> None:
        self.programmes = [parse(document(rules, head, currency=currency))]
        self.settings = Settings(zone=ZoneInfo(zone), currency=currency, country="US", **settings)
        self.raws: list[dict[str, Any]] = []
        self._found: Backtest | None = None

    def beside(self, rules: str, head: str = "", *, name: str = "Beside") -> Story:
        """Let another programme run at the same time."""
        self.programmes.append(parse(document(rules, head, name=name, currency=self.settings.currency)))
        return self

    def tell(self, at: str, kind: str, data: dict[str, Any], *, named: str = "", source: str = "till") -> Story:
        """Tell one event."""
        raw = {"id": named or f"e{len(self.raws) + 1}", "source": source, "type": kind, "data": data}
        self.raws.append({**raw, "time": instant(at).isoformat()})
        self._found = None
        return self

    def contact(self, at: str, who: str, /, *, by: str | None = None, code: str | None = None, **more: Any) -> Story:
        """Tell of a contact, referred by another's name or code."""
        source = more.pop("source", "till")
        named = {"contact": by} if by else {"code": code} if code else None
        if named:
            more["referred_by"] = named
        return self.tell(at, "contact.saved", {"contact": {"external_id": who, **more}}, source=source)

    def merge(self, at: str, loser: str, into: str) -> Story:
        """Tell that two records are one person."""
        return self.tell(at, "contact.merged", {"from": loser, "into": into})

    def job(self, at: str, name: str, contact: str | None, status: str, **more: Any) -> Story:
        """Tell how a job stands."""
        who = {"contact": contact} if contact else {}
        return self.tell(at, "job.saved", {"job": {"external_id": name, **who, "status": status, **more}})

    def score(self, at: str, job: str, score: int) -> Story:
        """Tell a survey's answer."""
        return self.tell(at, "survey.answered", {"survey": {"job": job, "score": score}})

    def closed(self, at: str, name: str, contact: str | None, *lines: Any, **more: Any) -> Story:
        """Tell of a closed ticket; a line is a net in smallest units (a service) or a mapping."""
        return self._ticket("ticket.closed", at, name, contact, lines, more)

    def adjusted(self, at: str, name: str, contact: str | None, *lines: Any, **more: Any) -> Story:
        """Tell the whole new ticket."""
        return self._ticket("ticket.adjusted", at, name, contact, lines, more)

    def voided(self, at: str, name: str) -> Story:
        """Tell that a ticket was voided."""
        return self.tell(at, "ticket.voided", {"ticket": {"external_id": name}})

    def _ticket(
        self, kind: str, at: str, name: str, contact: str | None, lines: tuple[Any, ...], more: dict[str, Any]
    ) -> Story:
        told = [line if isinstance(line, dict) else {"kind": "service", "unit_price": line} for line in lines]
        who = {"contact": contact} if contact else {}
        return self.tell(at, kind, {"ticket": {"external_id": name, **who, "lines": told, **more}})

    def world(self) -> World:
        """Return an empty world with all programmes published before the first event."""
        world = world_for(self.programmes[0], self.settings)
        for other in self.programmes[1:]:
            world.programmes[other.id] = [Revision(other, 1, None)]
        return world

    def events(self) -> list[Event | Refused]:
        """Return the events as they are read from a file."""
        return list(read_events([msgspec.json.encode(raw) for raw in self.raws], currency=self.settings.currency))

    @property
    def asked(self) -> bool:
        """Whether it is known already what the events told so far give."""
        return self._found is not None

    @property
    def found(self) -> Backtest:
        """What the backtest gives, computed once."""
        if self._found is None:
            self._found = run(self.programmes[0], self.events(), self.settings, world=self.world())
        return self._found

    @property
    def awards(self) -> list[Award]:
        return self.found.awards()

    @property
    def rows(self) -> list[str]:
        """Each award in a line: event, action, rule, holder, units, asset, ordinal, and cut or review."""
        return [row_of(award) for award in self.awards]

    @property
    def refused(self) -> dict[str, int]:
        """Refusals counted by code."""
        return dict(self.found.refused)

    def lived(self) -> tuple[World, list[Decision]]:
        """Fold the events and return the world they lead to, and all decisions."""
        world = self.world()
        events = sorted((e for e in self.events() if isinstance(e, Event)), key=lambda e: e.order)
        return world, [decision for event in events for decision in apply(world, event)]


def row_of(award: Award) -> str:
    """Return an award as one line of words."""
    words = [award.event, award.action, award.rule, award.holder, str(award.units), award.asset]
    words += [f"#{award.nth}"] if award.nth is not None else []
    words += ["cut"] if award.cut else []
    words += ["review"] if award.review else []
    return " ".join(words)


def utc(text: str) -> datetime:
    """Read ``2026-03-08 17:00`` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
