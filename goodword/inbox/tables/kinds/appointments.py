"""Appointments: an ``appointment.booked`` for each row; cancelled ones and no-shows are passed over."""

from __future__ import annotations

from collections.abc import Sequence

from goodword.inbox.tables.contacts import NOBODY, contact_fields, contact_of, label_of
from goodword.inbox.tables.kind import Cells, Draft, Field, Kind, Later, headings, meanings

HEADS = headings("""
appointment: appointment, appointment id, booking, booking id, booking number, id, uuid, bokning, bokningsnummer, رقم
    الموعد
date: date, appointment date, booking date, start, start time, starts at, scheduled start, datum, التاريخ
time: time, start time, tid, klockslag, الوقت
booked: booked, booked at, booked on, created, created at, date booked, bokad, skapad
made: made, booked by, booking source, source, channel, bokad via, kanal, طريقة الحجز
service: service, services, item, description, tjänst, الخدمة
staff: staff, employee, stylist, technician, assigned to, personal, الموظف
status: status, appointment status, state, الحالة
""")

FIELDS = (
    Field("appointment", False, HEADS["appointment"], "text"),
    *contact_fields(),
    Field("date", True, HEADS["date"], "datetime"),
    Field("time", False, HEADS["time"], "time"),
    Field("booked", False, HEADS["booked"], "datetime"),
    Field("made", False, HEADS["made"], "choice", ("online", "prebooked", "staff")),
    Field("service", False, HEADS["service"], "text"),
    Field("staff", False, HEADS["staff"], "text"),
    Field("status", False, HEADS["status"], "choice", ("booked", "appointment_cancelled", "no_show")),
)

WORDS = headings("""
booked: scheduled, confirmed, upcoming, completed, done, arrived, accepted, bokad, bekräftad, محجوز, مؤكد
appointment_cancelled: cancelled, canceled, deleted, declined, avbokad, ملغى, ملغي
no_show: no show, noshow, did not come, uteblev, لم يحضر
""")
MADE = headings("""
online: web, website, app, client, webb, عبر الإنترنت
prebooked: rebooked, at checkout, ombokad
staff: phone, walk in, in store, employee, telefon, personal, الموظف
""")


def build(rows: Sequence[Cells]) -> Draft | None:
    """Make one appointment of one row.

    How it was made is told only where the file tells it: what nobody told earns nobody an action's points. It was made
    when ``booked`` says; else at the latest when the file's rows happened, or when it took place.
    """
    (cells,) = rows
    status = cells.choice("status")
    if status in ("appointment_cancelled", "no_show"):
        cells.refuse("status", status)
        return None
    contact, named = contact_of(cells)
    if contact is None and named is None and not cells.faults:
        cells.refuse("customer_id", "missing_value")
    at = cells.moment("date", "time")
    if at is None and not cells.faults:
        cells.refuse("date", "missing_value")
    booked, made = cells.moment("booked"), cells.choice("made")
    if cells.faults or at is None:
        return None
    name = cells.text("appointment", longest=200) or _made_id(cells, label_of(contact, named), at.isoformat())
    told = {"external_id": name, "contact": contact, "made": made, "at": at.isoformat().replace("+00:00", "Z")}
    appointment = {key: value for key, value in told.items() if value}
    when = booked or min(at, cells.context.fallback_time)
    event = Later("", "appointment.booked", when, {"appointment": appointment})
    return Draft(f"appointment:{name}", [event], named=[] if named is None else [named])


def _made_id(cells: Cells, who: str | None, at: str) -> str:
    """Return an id for a file that has none: who, when, what and with whom."""
    parts = (who, at[:16], cells.text("service"), cells.text("staff"))
    return " ".join(part for part in parts if part)[:200]


KIND = Kind(
    "appointments",
    FIELDS,
    one_of=(("customer_id", "customer_name", "customer_phone", "customer_email"),),
    build=build,
    words={
        "status": meanings(WORDS),
        "made": meanings(MADE),
        "customer_id": NOBODY,
        "customer_name": NOBODY,
    },
)
