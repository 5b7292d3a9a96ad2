"""What is written about vouchers: a word before the last day, and a bought one brought to its recipient (R17).

A message is put in line with its facts and a mark where the code belongs; the code itself goes in as it leaves
(rulings 35). Before that it has to be true still: :func:`overtaken`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from goodword.business.models import Business
from goodword.business.reading import settings_at
from goodword.engine.durations import Duration, local_date, midnight, parse_duration, step
from goodword.errors import Refused
from goodword.flow.clock_events import note
from goodword.flow.settle import hold
from goodword.flow.vouchers.named import held
from goodword.inbox import models as inbox
from goodword.ledger import reading
from goodword.ledger.lots import OpenLot
from goodword.ledger.opening import book_of
from goodword.outbox import queueing
from goodword.outbox.links import CODE_MARK, voucher_link
from goodword.outbox.models import Message
from goodword.outbox.queueing import Draft
from goodword.people.merged import survivor_of
from goodword.people.models import Contact
from goodword.vouchers import finding, life
from goodword.vouchers.models import Voucher

REMINDER, DELIVERY = "voucher_reminder", "voucher_delivery"
BATCH = 200
LATE = 3  # days: an older reminder that nobody sent is not worth sending any more
_REACHED = Q(recipient__phone__isnull=False) | Q(recipient__email__isnull=False)


def remind(*, business: Business, now: datetime) -> int:
    """Put in line what is to be said so many days before a last day (setting ``voucher_reminders``); how many.

    To the recipient, else the buyer; once for a voucher, last day and step. None is written for a step that was over
    when the voucher came here, was sold or was extended: history that is brought in reminds nobody of what is past.
    """
    due = _due(business, now)
    if due is None or not due.exists():  # an idle worker takes no lock
        return 0
    with transaction.atomic():
        hold(business)
        rows = list(_locked(due))
        lots, steps = _lots(business, rows), _steps(settings_at(business, now))
        drafts = [_reminder(business, row, lot.units, steps, now=now) for row, lot in zip(rows, lots, strict=True)
                  if lot.units and lot.state(now) != "pending"]  # fmt: skip
        queueing.queue_all(business=business, drafts=drafts, now=now)
        Voucher.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    return len(rows)


def deliver_gifts(*, business: Business, now: datetime) -> int:
    """Put in line the vouchers whose ``deliver_on`` has come, each to its recipient; how many.

    One whose recipient cannot be written to waits until that is known.
    """
    today = local_date(now, ZoneInfo(business.timezone))
    due = _open(business).filter(_REACHED, deliver_on__lte=today, delivered_at__isnull=True)
    if not due.exists():
        return 0
    with transaction.atomic():
        hold(business)
        rows = list(_locked(due))
        drafts = [
            _delivery(row, lot.units, key=f"{DELIVERY}:{row.public_id}:{row.recipient_id}", event=None, now=now)
            for row, lot in zip(rows, _lots(business, rows), strict=True)
        ]
        queueing.queue_all(business=business, drafts=drafts, now=now)
        Voucher.objects.filter(pk__in=[row.pk for row in rows]).update(delivered_at=now)
    return len(rows)


def send(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.sent {voucher}``: it is written to its recipient now, whatever day was chosen, once more too.

    Raises:
        NotFound: ``voucher_not_found``. Refused: what :func:`life.check_usable` refuses; ``recipient_required`` when
            nobody is named who has a phone number or an e-mail address.
    """
    voucher = held(business, row.data.get("voucher"))
    life.check_usable(voucher.standing, at=now)
    recipient = voucher.row.recipient
    if recipient is None or not (recipient.phone or recipient.email):
        raise Refused("recipient_required", "say first whose it is, with a phone number or an e-mail address")
    draft = _delivery(voucher.row, voucher.balance, key=f"{DELIVERY}:{row.public_id}", event=row, now=now)
    queueing.queue_all(business=business, drafts=[draft], now=now)
    voucher.row.delivered_at = now
    voucher.row.save(update_fields=["delivered_at"])


def left(*, message: Message, now: datetime) -> inbox.Event | None:
    """Note that a message about a voucher has left, and return that event; in the caller's transaction."""
    if message.template not in (REMINDER, DELIVERY):
        return None
    kind = "voucher.reminded" if message.template == REMINDER else "voucher.delivered"
    data = {"voucher": message.facts["voucher"], "message": message.public_id, "contact": message.contact.public_id}
    return note(business=message.business, type=kind, key=message.key, time=now, data=data, now=now)


def readable(message: Message) -> str:
    """Return a message's words as they leave: with the code where a mark stands for it. One statement, if any.

    For whoever sends it, and for those alone who may see codes.

    Raises:
        Refused: ``code_unreadable``.
    """
    if CODE_MARK not in message.body or not message.facts.get("voucher"):
        return message.body
    voucher = Voucher.objects.get(business=message.business_id, public_id=message.facts["voucher"])
    return message.body.replace(CODE_MARK, finding.code_of(voucher))


def overtaken(
    *, business: Business, messages: Sequence[Message], settings: Mapping[str, Any], now: datetime
) -> dict[int, str]:
    """Return the messages about vouchers that are true no longer, by id, with the reason. At most three statements."""
    asked = [message for message in messages if message.template in (REMINDER, DELIVERY)]
    if not asked:
        return {}
    names = [message.facts["voucher"] for message in asked]
    rows = Voucher.objects.filter(business=business, public_id__in=names).select_related(*_PEOPLE)
    known = {row.public_id: row for row in rows}
    lots = [row.lot for row in known.values() if row.lot is not None]
    units = {lot.id: lot.units for lot in reading.lots(book=book_of(business=business.pk), ids=lots)} if lots else {}
    found = {}
    for message in asked:
        row = known[message.facts["voucher"]]
        reason = _untrue(message, row, units.get(row.lot or 0, 0), settings, now)
        if reason:
            found[message.pk] = reason
    return found


_PEOPLE = ("recipient__merged_into", "buyer__merged_into")


def _untrue(message: Message, row: Voucher, units: int, settings: Mapping[str, Any], now: datetime) -> str:
    if row.state not in life.OPEN or units == 0 or (row.expires_at is not None and row.expires_at <= now):
        return "the voucher cannot be used any more"
    if row.frozen_at is not None:
        return "the voucher is on hold"
    whose = _whose(row) if message.template == REMINDER else row.recipient
    if whose is None or survivor_of(whose) != survivor_of(message.contact):
        return "the voucher is somebody else's now"
    if message.template == DELIVERY:
        return ""
    if message.facts["step"] not in settings["voucher_reminders"]:
        return "reminders were switched off"
    if row.expires_at is None or row.expires_at.isoformat() != message.facts["expires"]:
        return "the last day was moved"
    return "" if units == message.facts["gift"]["units"] else "the voucher was used meanwhile"


def _whose(row: Voucher) -> Contact | None:
    return row.recipient or row.buyer


def _open(business: Business) -> Any:
    return Voucher.objects.filter(business=business, state__in=sorted(life.OPEN), frozen_at__isnull=True)


def _locked(due: Any) -> Any:
    rows = due.select_related("recipient", "buyer").order_by("pk")
    return rows.select_for_update(no_key=True, of=("self",))[:BATCH]


def _steps(settings: Mapping[str, Any]) -> list[tuple[str, Duration]]:
    """Return the steps in days and months, each with how it is written; hours are no measure of a last day."""
    told = [(str(text), parse_duration(str(text))) for text in settings["voucher_reminders"]]
    return [(text, duration) for text, duration in told if duration.unit != "h"]


def _due(business: Business, now: datetime) -> Any:
    """Return the vouchers of which a word is due; None where the business wants none."""
    zone, settings = ZoneInfo(business.timezone), settings_at(business, now)
    wanted = Q()
    for _text, last_day, begins in _cases(_steps(settings), today=local_date(now, zone)):
        at = midnight(begins, zone)
        since = Q(reminded_at__isnull=True) | Q(reminded_at__lt=at)
        since &= Q(extended_at__isnull=True) | Q(extended_at__lt=at)
        ends = Q(expires_at__gt=midnight(last_day, zone), expires_at__lte=midnight(last_day + timedelta(days=1), zone))
        wanted |= ends & since & Q(created_at__lt=at, issued_at__lt=at)
    if not wanted:
        return None
    somebody = Q(recipient__isnull=False) | Q(buyer__isnull=False)
    return _open(business).filter(wanted, somebody, expires_at__gt=now)


def _cases(steps: Iterable[tuple[str, Duration]], *, today: date) -> list[tuple[str, date, date]]:
    """Return (step, last day, day on which the step begins) of all that begins now or began up to ``LATE`` days ago."""
    found = []
    for text, duration in steps:
        back = Duration(-duration.count, duration.unit)
        first, last = step(today - timedelta(days=LATE), duration), step(today, duration)
        # The ends of months are clipped: a few days beside each end may begin in the same days.
        for n in range(-LATE, (last - first).days + LATE + 1):
            day = first + timedelta(days=n)
            begins = step(day, back)
            if day >= today and today - timedelta(days=LATE) <= begins <= today:
                found.append((text, day, begins))
    return found


def _lots(business: Business, rows: Sequence[Voucher]) -> list[OpenLot]:
    """Return the lot of each of these, in their order. One statement."""
    wanted = [row.lot for row in rows if row.lot is not None]
    found = {lot.id: lot for lot in reading.lots(book=book_of(business=business.pk), ids=wanted)}
    return [found[lot] for lot in wanted]


def _reminder(
    business: Business, row: Voucher, units: int, steps: Sequence[tuple[str, Duration]], *, now: datetime
) -> Draft:
    """Return the word on a last day: of the steps that have begun the latest."""
    assert row.expires_at is not None
    zone = ZoneInfo(business.timezone)
    last_day = local_date(row.expires_at - timedelta(microseconds=1), zone)
    cases = _cases(steps, today=local_date(now, zone))
    text, _, _ = max((case for case in cases if case[1] == last_day), key=lambda case: case[2])
    whose = _whose(row)
    assert whose is not None
    facts = {**_facts(row, units=units), "step": text}
    return Draft(f"{REMINDER}:{row.public_id}:{last_day}:{text}", REMINDER, whose, facts, due_at=now)


def _delivery(row: Voucher, units: int, *, key: str, event: inbox.Event | None, now: datetime) -> Draft:
    assert row.recipient is not None
    facts = {**_facts(row, units=units), "code": CODE_MARK}
    if row.buyer is not None and row.buyer_id != row.recipient_id and row.buyer.name:
        facts["giver"] = row.buyer.name
    if row.message:
        facts["message"] = row.message
    return Draft(key, DELIVERY, row.recipient, facts, due_at=now, event=event)


def _facts(row: Voucher, *, units: int) -> dict[str, Any]:
    gift = {"kind": "voucher", "asset": row.currency, "units": units, "text": row.service}
    told = {"voucher": row.public_id, "serial": row.serial, "gift": gift, "link": voucher_link(CODE_MARK)}
    return told | ({"expires": row.expires_at.isoformat()} if row.expires_at is not None else {})
