"""Jobs: a row's status and its dates, as the ``job.saved`` events that brought it there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from goodword.engine.events import STATUSES
from goodword.inbox.tables.contacts import contact_fields, contact_of
from goodword.inbox.tables.kind import Cells, Draft, Field, Kind, Later, headings, meanings

CANCELLED = "cancelled"

HEADS = headings("""
job: job, job id, job number, job no, job #, generated job id, work order, work order number, order number, id, uuid,
    jobbnummer, jobb, arbetsorder, ordernummer, رقم العمل, رقم الأمر
status: status, job status, work status, stage, state, läge, الحالة
date: date, created, created at, created date, date created, job date, datum, skapad, التاريخ
quote_date: quote date, quoted, quoted at, estimate date, offertdatum
consultation_date: consultation date, assessment date, site visit date
booked_date: booked date, booked, booked at, work order date, scheduled at, date booked, bokad, bokningsdatum, تاريخ
    الحجز
completed_date: completed date, completion date, completed, completed at, finished, closed date, date completed,
    utförd, klar, slutdatum, تاريخ الإنجاز
invoiced_date: invoiced date, invoice date, invoiced, invoiced at, invoice sent stamp, fakturadatum, تاريخ الفاتورة
paid_date: paid date, payment date, paid, paid at, payment received stamp, date paid, betald, betaldatum, تاريخ الدفع
cancelled_date: cancelled date, canceled date, cancelled at, canceled at, unsuccessful date, avbokad, تاريخ الإلغاء
total: total, total ($), amount, job total, job amount, total amount, total invoice amount, price, total revenue ($),
    summa, belopp, pris, الإجمالي, المبلغ
services: services, service, job type, title, line items, tjänst, tjänster, الخدمة
location: location, branch, franchise, depot, territory, plats, الفرع
currency: currency, currency code, valuta, العملة
""")

FIELDS = (
    Field("job", True, HEADS["job"], "text"),
    *contact_fields(),
    Field("status", False, HEADS["status"], "choice", (*STATUSES, CANCELLED, "not_a_job")),
    Field("date", False, HEADS["date"], "datetime"),
    *(Field(f"{stage}_date", False, HEADS[f"{stage}_date"], "datetime") for stage in (*STATUSES, CANCELLED)),
    Field("total", False, HEADS["total"], "money"),
    Field("services", False, HEADS["services"], "text"),
    Field("location", False, HEADS["location"], "text"),
    Field("currency", False, HEADS["currency"], "text"),
)

WORDS = headings("""
quote: estimate, draft, sent, awaiting response, changes requested, quoted, offert, عرض سعر
consultation: assessment, site visit, request, besök, platsbesök, استشارة
booked: scheduled, work order, active, upcoming, today, late, in progress, started, on hold, unscheduled, needs
    scheduling, approved, converted, action required, confirmed, open, bokad, pågående, planerad, محجوز, مجدول
completed: complete, done, finished, complete rated, complete unrated, requires invoicing, archived, closed, klar,
    utförd, avslutad, مكتمل, منجز
invoiced: awaiting payment, past due, overdue, fakturerad, مفوتر
paid: paid in full, betald, مدفوع
cancelled: canceled, user canceled, pro canceled, unsuccessful, lost, declined, void, voided, rejected, avbokad,
    inställd, ملغى, ملغي
""")


def build(rows: Sequence[Cells]) -> Draft | None:
    """Make the events of one job of one row: one for each stage whose date is told, the status last."""
    (cells,) = rows
    job = cells.needed("job")
    status = cells.choice("status")
    if status == "not_a_job":
        cells.refuse("status", "not_a_job")
    contact, named = contact_of(cells)
    times = {stage: at for stage in (*STATUSES, CANCELLED) if (at := cells.moment(f"{stage}_date")) is not None}
    began = cells.moment("date")
    total = cells.money("total")
    last = _last(status, times)
    if last is None and not cells.faults:
        cells.refuse("status", "missing_value")
    if last is None or job is None or cells.faults:
        return None
    told: dict[str, Any] = {
        "external_id": job, "contact": contact, "total": total, "services": _services(cells),
        "currency": (cells.text("currency") or cells.context.currency).upper(),
        "location": cells.text("location", longest=200),
    }  # fmt: skip
    told = {key: value for key, value in told.items() if value is not None}
    steps = _steps(last, times, began, cells.context.fallback_time)
    events = [Later(stage, "job.saved", at, {"job": {**told, "status": stage}}) for stage, at in steps]
    return Draft(f"job:{job}", events, total or 0, [] if named is None else [named])


def _last(status: str | None, times: dict[str, datetime]) -> str | None:
    """Return where the job stands: its status, or a later stage whose date is told."""
    if status == CANCELLED or (not status and CANCELLED in times):
        return CANCELLED
    reached = [stage for stage in STATUSES if stage in times or stage == status]
    return reached[-1] if reached else None


def _steps(
    last: str, times: dict[str, datetime], began: datetime | None, fallback: datetime
) -> list[tuple[str, datetime]]:
    """Return the stages with their times, in order, the last one where the job stands.

    A last stage without a date was reached at the latest time the row tells. A stage that is dated like a later one, or
    after it, was reached with that one (domain.md, Work) and has no event of its own: told later it would put it back.
    """
    known = [*times.values(), *([began] if began is not None else [])]
    at = times.get(last) or max(known, default=fallback)
    steps = [(last, at)]
    before = STATUSES if last == CANCELLED else STATUSES[: STATUSES.index(last)]
    for stage in reversed(before):
        if stage in times and times[stage] < steps[0][1]:
            steps.insert(0, (stage, times[stage]))
    return steps


def _services(cells: Cells) -> list[str] | None:
    text = (cells.text("services") or "").replace("|", ";").replace("\n", ";")
    return [part.strip() for part in text.split(";") if part.strip()] or None


KIND = Kind(
    "jobs",
    FIELDS,
    one_of=(("status", *(f"{stage}_date" for stage in (*STATUSES, CANCELLED))),),
    build=build,
    words={"status": meanings(WORDS)},
)
