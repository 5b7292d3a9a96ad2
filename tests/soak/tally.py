"""An independent tally: what every customer must hold, by simple arithmetic over the events that were taken.

It shares no code with the product. The stories are made so that their end does not hang on the order in which they were
told; what was spent is read from the answers, because how far value reaches at a till does hang on it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.soak.noting import Log
from tests.soak.stories import STATUSES, Raw

EARNING = ("service", "retail", "package", "membership")
POINTS, CREDIT = "points", "USD"
Key = tuple[str, str]  # source and external id


@dataclass
class Tally:
    """What each person must have been given in all, by asset; ``same`` joins the records of one person."""

    earned: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    same: dict[Key, Key] = field(default_factory=dict)

    def person(self, contact: Key) -> Key:
        """Return the record that stands for this one."""
        return self.same.get(contact, contact)

    def give(self, contact: Key, asset: str, units: int) -> None:
        self.earned[self.person(contact)][asset] += units


def tally(log: Log) -> Tally:
    """Count what the taken events and the answered orders must have come to."""
    made = Tally()
    events = sorted(log.accepted.items(), key=lambda item: item[1]["time"])
    _join(made, log, [(source, raw) for (source, _), raw in events])
    told: dict[str, list[tuple[str, Any, Raw]]] = defaultdict(list)
    for (source, _), raw in events:
        told[raw["type"].split(".")[0]].append((source, raw["type"], raw))
    _tickets(made, told)
    _referrals(made, log, told)
    _overrides(made, log)
    return made


def _join(made: Tally, log: Log, events: list[tuple[str, Raw]]) -> None:
    for source, raw in events:
        if raw["type"] == "contact.merged":
            made.same[source, raw["data"]["from"]] = (source, raw["data"]["into"])
    for source, each in _orders(log, "merged"):
        made.same[source, each["from"]] = (source, each["into"])


def _orders(log: Log, did: str) -> list[tuple[str, Raw]]:
    return [
        (log.sources[story], each)
        for story, done in log.endings.items()
        for each in done
        if each["did"] == did and each["answer"]["http"] < 300
    ]


# --- tickets ----------------------------------------------------------------------------------------------------------


def final_tickets(told: dict[str, list[tuple[str, Any, Raw]]]) -> dict[Key, Raw | None]:
    """Return what each closed ticket says in the end: the newest correction counts; None: it is void."""
    final: dict[Key, Raw | None] = {}
    corrected: set[Key] = set()
    closed: set[Key] = set()
    for source, type_, raw in told["ticket"]:  # in the order of their times
        ticket = raw["data"]["ticket"]
        key = (source, ticket["external_id"])
        if type_ == "ticket.closed":
            closed.add(key)
            if key not in corrected:
                final[key] = ticket
        else:
            corrected.add(key)
            final[key] = ticket if type_ == "ticket.adjusted" else None
    return {key: ticket for key, ticket in final.items() if key in closed}


def _tickets(made: Tally, told: dict[str, list[tuple[str, Any, Raw]]]) -> None:
    online = {
        (source, raw["data"]["appointment"]["external_id"])
        for source, _, raw in told["appointment"]
        if raw["data"]["appointment"]["made"] == "online"
    }
    reserved = {(source, raw["data"]["reservation"]["external_id"]) for source, _, raw in told["product"]}
    for (source, _), ticket in final_tickets(told).items():
        if ticket is None:
            continue
        who = (source, ticket["contact"])
        nets = _nets(ticket)
        net = sum(units for kind, units in nets if kind in EARNING)
        if net > 0:
            made.give(who, POINTS, 2 * net // 100)
            appointment = ticket.get("appointment", {})
            if appointment.get("made") == "online" or (source, appointment.get("external_id")) in online:
                made.give(who, POINTS, 50)
            if (source, ticket.get("reservation")) in reserved:
                made.give(who, POINTS, 70)
        retail = sum(units for kind, units in nets if kind == "retail")
        if retail > 0:
            made.give(who, CREDIT, _half_up(5 * retail, 100))


def _nets(ticket: Raw) -> list[tuple[str, int]]:
    """Return each line's kind and net, less its share of what was paid with points or credit."""
    lines = ticket["lines"]
    nets = [line["quantity"] * line["unit_price"] - line["discount"] for line in lines]
    own = sum(t["amount"] for t in ticket["tenders"] if t["type"] in ("points", "credit"))
    net, gross = sum(nets), sum(nets) + sum(line["tax"] for line in lines)
    excluded = _half_up(own * net, gross) if own else 0
    shares = [excluded * each // net for each in nets]
    by_rest = sorted(range(len(nets)), key=lambda place: -(excluded * nets[place] % net))
    for place in by_rest[: excluded - sum(shares)]:
        shares[place] += 1
    return [(line["kind"], each - share) for line, each, share in zip(lines, nets, shares, strict=True)]


def _half_up(above: int, below: int) -> int:
    return (2 * above + below) // (2 * below)


# --- referrals --------------------------------------------------------------------------------------------------------


def _referrals(made: Tally, log: Log, told: dict[str, list[tuple[str, Any, Raw]]]) -> None:
    brought: dict[Key, Key] = {}
    for source, type_, raw in told["contact"]:
        if type_ == "contact.saved" and "referred_by" in raw["data"]["contact"]:
            contact = raw["data"]["contact"]
            brought[source, contact["external_id"]] = (source, contact["referred_by"]["contact"])
    for source, each in _orders(log, "named"):
        brought[source, each["friend"]] = (source, each["referrer"])
    for source, each in _orders(log, "removed"):
        brought.pop((source, each["friend"]), None)
    jobs = _jobs(told)
    scores = {
        (source, raw["data"]["survey"]["job"]): raw["data"]["survey"]["score"] for source, _, raw in told["survey"]
    }
    counters = {
        (source, ticket["contact"]) for (source, _), ticket in final_tickets(told).items() if ticket is not None
    }
    for friend, referrer in brought.items():
        made.give(friend, POINTS, 200)
        job, place = jobs.get(friend, (None, -1))
        reached: Callable[[str], bool] = lambda stage, friend=friend, place=place: (  # noqa: E731 - a word for two lines
            friend in counters or place >= STATUSES.index(stage)
        )
        made.give(referrer, CREDIT, 1_000 * reached("booked") + 3_500 * reached("paid"))
        if place >= STATUSES.index("completed") and scores.get(job, 0) >= 4:
            made.give(referrer, CREDIT, 300)


def _jobs(told: dict[str, list[tuple[str, Any, Raw]]]) -> dict[Key, tuple[Key, int]]:
    """Return each customer's job and how far it is: the newest report counts; a cancelled one is nowhere."""
    final: dict[Key, tuple[Key, int]] = {}
    for source, _, raw in told["job"]:  # in the order of their times
        job = raw["data"]["job"]
        place = STATUSES.index(job["status"]) if job["status"] != "cancelled" else -1
        final[source, job["contact"]] = ((source, job["external_id"]), place)
    return final


def _overrides(made: Tally, log: Log) -> None:
    for source, each in _orders(log, "overridden"):
        if each["status"] in ("declined", "reversed"):
            reward = each["reward"]
            made.give((source, each["contact"]), reward["asset"], reward["reversed_units"] - reward["units"])
