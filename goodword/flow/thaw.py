"""JSON columns and the engine's values, both ways, side by side so that they cannot drift."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from goodword.engine.events import AppointmentOnTicket, LineData, TenderData
from goodword.engine.records import Arrival, Contact, Content, Job, Lot, Pin, Revision, Spend, Stage, Wait

FindContact = Callable[[int], Contact]
FindJob = Callable[[int], Job]


def stamp(time: datetime | None) -> str | None:
    """Write an instant."""
    return time.astimezone(UTC).isoformat() if time is not None else None


def instant(text: str | None) -> datetime | None:
    """Read an instant."""
    return datetime.fromisoformat(text) if text is not None else None


def sure(text: str) -> datetime:
    """Read an instant that must be there."""
    return datetime.fromisoformat(text)


def freeze_pins(pins: list[Pin]) -> list[list[object]]:
    """Write pins as ``[revision id, eligible]``."""
    return [[pin.revision.pk, pin.eligible] for pin in pins]


def thaw_pins(rows: list[list[Any]], revisions: dict[int, Revision]) -> list[Pin]:
    """Read pins."""
    return [Pin(revisions[pk], eligible) for pk, eligible in rows]


def freeze_arrival(arrival: Arrival | None) -> dict[str, object] | None:
    """Write a first arrival."""
    if arrival is None:
        return None
    return {"time": stamp(arrival.time), "is_new": arrival.is_new, "pins": freeze_pins(arrival.pins)}


def thaw_arrival(row: dict[str, Any] | None, revisions: dict[int, Revision]) -> Arrival | None:
    """Read a first arrival."""
    return Arrival(sure(row["time"]), row["is_new"], thaw_pins(row["pins"], revisions)) if row else None


def freeze_stages(stages: dict[str, Stage]) -> dict[str, dict[str, object]]:
    """Write a referral's stages."""
    return {
        name: {"time": stamp(s.time), "nth": s.nth, "early": s.early, "job": s.job.pk if s.job else None}
        for name, s in stages.items()
    }


def thaw_stages(rows: dict[str, dict[str, Any]], job: FindJob) -> dict[str, Stage]:
    """Read a referral's stages."""
    return {
        name: Stage(instant(r["time"]), r["nth"], r["early"], job(r["job"]) if r["job"] else None)
        for name, r in rows.items()
    }


def freeze_waits(waits: list[Wait]) -> list[dict[str, object]]:
    """Write the rules that wait for a score."""
    return [
        {"programme": w.programme, "rule": w.rule, "stage": w.stage, "time": stamp(w.time), "nth": w.nth,
         "job": w.job.pk, "traits": sorted(w.traits)}
        for w in waits
    ]  # fmt: skip


def thaw_waits(rows: list[dict[str, Any]], job: FindJob) -> list[Wait]:
    """Read the rules that wait for a score."""
    return [
        Wait(r["programme"], r["rule"], r["stage"], sure(r["time"]), r["nth"], job(r["job"]), frozenset(r["traits"]))
        for r in rows
    ]


def freeze_content(content: Content | None) -> dict[str, object] | None:
    """Write what a ticket says."""
    if content is None:
        return None
    time, rank, source, name = content.order
    return {
        "kind": content.kind,
        "order": [stamp(time), rank, source, name],
        "contact": content.contact.root().pk if content.contact else None,
        "job": content.job.pk if content.job else None,
        "location": content.location,
        "appointment": msgspec.to_builtins(content.appointment),
        "reservation": content.reservation,
        "lines": msgspec.to_builtins(content.lines),
        "tenders": msgspec.to_builtins(content.tenders),
    }


def thaw_content(row: dict[str, Any] | None, contact: FindContact, job: FindJob) -> Content | None:
    """Read what a ticket says."""
    if row is None:
        return None
    time, rank, source, name = row["order"]
    return Content(
        kind=row["kind"], order=(sure(time), rank, source, name),
        contact=contact(row["contact"]) if row["contact"] else None, job=job(row["job"]) if row["job"] else None,
        location=row["location"], appointment=msgspec.convert(row["appointment"], AppointmentOnTicket | None),
        reservation=row["reservation"], lines=msgspec.convert(row["lines"], tuple[LineData, ...], strict=False),
        tenders=msgspec.convert(row["tenders"], tuple[TenderData, ...]),
    )  # fmt: skip


def freeze_spends(spends: list[Spend]) -> list[list[object]]:
    """Write what a ticket used of our value."""
    return [[s.lot.pk, s.units, stamp(s.at), s.instrument] for s in spends]


def thaw_spends(rows: list[list[Any]], lot: Callable[[int], Lot]) -> list[Spend]:
    """Read what a ticket used of our value."""
    return [Spend(lot(pk), units, sure(at), instrument) for pk, units, at, instrument in rows]


def freeze_reports(reports: list[tuple[datetime, int, str, str, str]]) -> list[list[object]]:
    """Write a job's status reports."""
    return [[stamp(time), *rest] for time, *rest in reports]


def thaw_reports(rows: list[list[Any]]) -> list[tuple[datetime, int, str, str, str]]:
    """Read a job's status reports."""
    return [(sure(time), rank, source, name, status) for time, rank, source, name, status in rows]
