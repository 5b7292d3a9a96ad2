"""What happened to one voucher: every event that touched it, and every entry that moved its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, CharField, F, Func, Q

from goodword.business.models import Business
from goodword.inbox.models import Event, State, Subject
from goodword.ledger.opening import book_of
from goodword.ledger.tracing import Step, steps_of
from goodword.vouchers.models import Redemption, Voucher
from goodword.vouchers.models import State as Stage

MOST = 200
# Written out as it stands in the index event_of_voucher (see reports/audit.py, BY_STAFF).
OF_VOUCHERS = Func(F("type"), template="%(expressions)s LIKE 'voucher.%%%%' ESCAPE '\\'", output_field=BooleanField())


@dataclass(frozen=True, slots=True)
class Booked:
    """One entry of the books and the redemption it is, where it is one."""

    step: Step
    redemption: Redemption | None


def happened(*, business: Business, row: Voucher) -> list[Event]:
    """Return the events that touched a voucher, newest first; what was refused did not happen. Two statements."""
    about = [row.public_id]
    if row.sale is not None:
        about.append(row.sale.public_id)
    told = Event.objects.annotate(subject=Subject("data", output_field=CharField()))
    found = told.filter(OF_VOUCHERS, business=business, state=State.SETTLED, subject__in=about)
    born = Q(pk__in=[key for key in (_event_of(row.sale), _event_of(row.batch)) if key is not None])
    if row.replaces is not None:
        lost = told.filter(OF_VOUCHERS, subject=row.replaces.public_id, type="voucher.replaced", state=State.SETTLED)
        born |= Q(pk__in=lost.values("pk"))
    if row.lot is None and row.ended_at is not None:  # a spoiled card is named by its serial
        spoiled = Event.objects.filter(OF_VOUCHERS, business=business, type="voucher.spoiled", state=State.SETTLED)
        born |= Q(pk__in=spoiled.filter(settled_at=row.ended_at).values("pk"))
    events = {event.pk: event for event in (*found, *Event.objects.filter(born, business=business))}
    return sorted(events.values(), key=lambda event: -event.pk)[:MOST]  # sorted here: by key another index would do


def paid_out(*, business: Business, row: Voucher) -> bool:
    """Say whether what was left of a voucher that is used up was paid out in money. One statement, for such alone."""
    if row.state != Stage.REDEEMED or row.ended_at is None:
        return False
    told = Event.objects.annotate(subject=Subject("data", output_field=CharField()))
    found = told.filter(OF_VOUCHERS, business=business, state=State.SETTLED, subject=row.public_id)
    return found.filter(type="voucher.cashed_out", settled_at=row.ended_at).exists()


def _event_of(thing: Any) -> int | None:
    return thing.event_id if thing is not None else None


def booked(*, business: Business, row: Voucher) -> list[Booked]:
    """Return every entry that moved its value, oldest first, that of the lost card it replaces included.

    Two statements; none for a card that was never sold.
    """
    if row.lot is None:
        return []
    steps = steps_of(book=book_of(business=business.pk), lot=row.lot)
    entries = [step.entry for step in steps]
    spent = Redemption.objects.filter(business=business, entry__in=entries).select_related("job", "location")
    known = {redemption.entry: redemption for redemption in spent}
    return [Booked(step, known.get(step.entry)) for step in steps]
