"""Events as the engine takes them: parsed, checked, frozen (api.md, Events in; CloudEvents attributes).

``parse_event`` is the one place where what comes from outside becomes a value the engine may trust. It says all that is
wrong with a stable code and the JSON pointer of the place; it reads no clock (``now`` is an argument).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec

from goodword.errors import Invalid
from goodword.money import MAX_UNITS, half_up, is_currency

FUTURE_TOLERANCE = timedelta(minutes=5)  # rulings 5
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
STATUSES = ("quote", "consultation", "booked", "completed", "invoiced", "paid")
RANKS = {"contact": 0, "appointment": 1, "product": 2, "job": 3, "survey": 4, "ticket": 5}  # rulings 3
MAX_LINES = 500

Name = msgspec.Meta(min_length=1, max_length=200)


class ContactRef(msgspec.Struct, frozen=True, omit_defaults=True):
    """A contact named in another way than by an external id of the event's own source (rulings 7)."""

    source: str | None = None
    external_id: str | None = None
    phone: str | None = None
    email: str | None = None


Ref = str | ContactRef
Address = str | dict[str, Any]


class ReferredBy(msgspec.Struct, frozen=True, omit_defaults=True):
    code: str | None = None
    contact: Ref | None = None


class ContactData(msgspec.Struct, frozen=True, omit_defaults=True):
    external_id: str
    name: str | msgspec.UnsetType | None = msgspec.UNSET
    phone: str | msgspec.UnsetType | None = msgspec.UNSET
    email: str | msgspec.UnsetType | None = msgspec.UNSET
    language: str | msgspec.UnsetType | None = msgspec.UNSET
    address: Address | msgspec.UnsetType | None = msgspec.UNSET
    tags: list[str] | msgspec.UnsetType | None = msgspec.UNSET
    clubs: list[str] | msgspec.UnsetType | None = msgspec.UNSET
    partner: bool | msgspec.UnsetType | None = msgspec.UNSET
    blocked: bool | msgspec.UnsetType | None = msgspec.UNSET
    company: str | bool | msgspec.UnsetType | None = msgspec.UNSET
    referred_by: ReferredBy | None = None
    how: Literal["link", "code", "name", "import", "partner_site"] | None = None


class AppointmentData(msgspec.Struct, frozen=True, omit_defaults=True):
    external_id: str
    contact: Ref | None = None
    made: Literal["online", "prebooked", "staff"] | None = None
    at: datetime | None = None


class ReservationData(msgspec.Struct, frozen=True, omit_defaults=True):
    external_id: str
    contact: Ref | None = None
    sku: str | None = None


class JobData(msgspec.Struct, frozen=True, omit_defaults=True):
    external_id: str
    contact: Ref | None = None
    status: Literal["quote", "consultation", "booked", "completed", "invoiced", "paid", "cancelled"] | None = None
    total: int | None = None
    currency: str | None = None
    services: list[str] | None = None
    location: str | None = None


class SurveyData(msgspec.Struct, frozen=True, omit_defaults=True):
    score: int
    job: str | None = None
    contact: Ref | None = None
    comment: str | None = None


class LineData(msgspec.Struct, frozen=True, omit_defaults=True):
    kind: str = "service"
    description: str | None = None
    sku: str | None = None
    quantity: Decimal = Decimal(1)
    unit_price: int = 0
    discount: int = 0
    tax: int = 0

    @property
    def net(self) -> int:
        """``quantity * unit_price - discount`` in smallest units, half up (domain.md, Ticket)."""
        return half_up(self.quantity * self.unit_price) - self.discount


class TenderData(msgspec.Struct, frozen=True, omit_defaults=True):
    type: Literal["cash", "card", "bank_transfer", "other", "points", "credit", "voucher"]
    amount: int
    code: str | None = None
    instrument: Literal["sold", "promotional"] | None = None


class AppointmentOnTicket(msgspec.Struct, frozen=True, omit_defaults=True):
    external_id: str | None = None
    made: Literal["online", "prebooked", "staff"] | None = None


class TicketData(msgspec.Struct, frozen=True, omit_defaults=True):
    external_id: str
    contact: Ref | None = None
    job: str | None = None
    currency: str | None = None
    location: str | None = None
    appointment: AppointmentOnTicket | str | None = None
    reservation: str | None = None
    lines: list[LineData] = []
    tenders: list[TenderData] = []


class Merge(msgspec.Struct, frozen=True):
    source: Ref = msgspec.field(name="from")
    into: Ref


Data = ContactData | AppointmentData | ReservationData | JobData | SurveyData | TicketData | Merge


class Event(msgspec.Struct, frozen=True):
    """One event: ``data`` is the value of its type. ``time`` is UTC."""

    id: str
    source: str
    type: str
    time: datetime
    data: Data

    @property
    def order(self) -> tuple[datetime, int, str, str]:
        """The key that events of a business are settled by (rulings 3)."""
        return (self.time, RANKS[self.type.split(".", 1)[0]], self.source, self.id)


# type -> (key inside ``data`` or None when the data stand bare, value type)
TYPES: dict[str, tuple[str | None, type]] = {
    "contact.saved": ("contact", ContactData),
    "contact.merged": (None, Merge),
    "appointment.booked": ("appointment", AppointmentData),
    "product.reserved": ("reservation", ReservationData),
    "job.saved": ("job", JobData),
    "survey.answered": ("survey", SurveyData),
    "ticket.closed": ("ticket", TicketData),
    "ticket.adjusted": ("ticket", TicketData),
    "ticket.voided": ("ticket", TicketData),
}
_KEYS = {kind: frozenset(f.encode_name for f in msgspec.structs.fields(value)) for kind, (_, value) in TYPES.items()}
ATTRIBUTES = {"id", "source", "type", "time", "data", "specversion", "subject", "datacontenttype", "dataschema"}

_EXTENSION = re.compile("[a-z0-9]{1,20}")  # CloudEvents' extension attributes: taken, and passed over


def parse_event(raw: object, *, source: str, now: datetime | None, currency: str | None) -> Event:
    """Turn one decoded JSON value into an :class:`Event`.

    Args:
        raw: what was sent.
        source: the sender's own source, used when the event names none.
        now: the instant it is judged by for ``time_in_future``; ``None`` in a backtest, where history may be any time.
        currency: the business's currency; other money is refused ``wrong_currency``. ``None`` takes any.

    Raises:
        Invalid: with code ``invalid_event``, ``unknown_type``, ``time_in_future``, ``time_out_of_range`` or
            ``wrong_currency``, and ``pointer``, the place.
    """
    if not isinstance(raw, dict):
        raise Invalid("invalid_event", "an event is a JSON object", pointer="")
    unknown = sorted(str(k) for k in raw if k not in ATTRIBUTES and not _EXTENSION.fullmatch(str(k)))
    if unknown:
        raise Invalid("invalid_event", f"unknown attribute “{unknown[0]}”", pointer=f"/{unknown[0]}")
    event_id = _text(raw, "id")
    event_source = raw.get("source") or source
    if not isinstance(event_source, str) or len(event_source) > 200:
        raise Invalid("invalid_event", "source is a text of at most 200 characters", pointer="/source")
    kind = _text(raw, "type")
    if kind not in TYPES:
        raise Invalid("unknown_type", f"no event type “{kind[:60]}”; take one of {', '.join(TYPES)}", pointer="/type")
    time = _time(raw.get("time"), now=now)
    data = _data(kind, raw.get("data"))
    _check(data, currency=currency)
    return Event(id=event_id, source=event_source, type=kind, time=time, data=data)


def _text(raw: dict[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value or len(value) > 200 or "\x00" in value:
        raise Invalid("invalid_event", f"{key} is a text of 1 to 200 characters", pointer=f"/{key}")
    return value


def _time(value: object, *, now: datetime | None) -> datetime:
    try:
        time = msgspec.convert(value, datetime)
    except (msgspec.ValidationError, OverflowError):
        time = None
    if time is None or time.tzinfo is None:
        raise Invalid("invalid_event", "time is RFC 3339 with a zone, like 2026-11-20T16:04:00Z", pointer="/time")
    try:
        time = time.astimezone(UTC)
    except OverflowError:
        raise Invalid("time_out_of_range", "time is outside the years we book", pointer="/time") from None
    if time < EARLIEST or time.year > 9000:
        raise Invalid("time_out_of_range", "time lies before 1970 or beyond reason", pointer="/time")
    if now is not None and time > now + FUTURE_TOLERANCE:
        raise Invalid("time_in_future", "time lies more than 5 minutes ahead of our clock", pointer="/time")
    return time


def _data(kind: str, data: object) -> Data:
    key, value_type = TYPES[kind]
    if not isinstance(data, dict):
        raise Invalid("invalid_event", "data is a JSON object", pointer="/data")
    inner = data
    pointer = "/data"
    if key is not None:
        unknown = sorted(k for k in data if k != key)
        if unknown:
            raise Invalid("invalid_event", f"unknown key “{unknown[0]}” in data", pointer=f"/data/{unknown[0]}")
        if key not in data:
            raise Invalid("invalid_event", f"data needs “{key}”", pointer=f"/data/{key}")
        inner, pointer = data[key], f"/data/{key}"
    if isinstance(inner, dict):
        known = _KEYS[kind]
        unknown = sorted(str(k) for k in inner if k not in known)
        if unknown:
            raise Invalid("invalid_event", f"unknown key “{unknown[0]}”", pointer=f"{pointer}/{unknown[0]}")
    try:
        value: Data = msgspec.convert(inner, value_type, strict=True)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$")
        place = path.rstrip("`").replace(".", "/").replace("[", "/").replace("]", "")
        raise Invalid("invalid_event", text, pointer=pointer + place) from None
    return value


def _check(data: Data, *, currency: str | None) -> None:
    for text, place in _texts(data):
        if not text or len(text) > 2000 or "\x00" in text:
            raise Invalid("invalid_event", "a text here is empty, too long or holds a NUL", pointer=place)
    if isinstance(data, SurveyData):
        if not 1 <= data.score <= 5:
            raise Invalid("invalid_event", "score is a whole number from 1 to 5", pointer="/data/survey/score")
        if data.job is None and data.contact is None:
            raise Invalid("invalid_event", "a survey names its job", pointer="/data/survey/job")
    if isinstance(data, JobData):
        _money(data.total, "/data/job/total")
        _currency(data.currency, currency, "/data/job/currency")
    if isinstance(data, TicketData):
        _ticket(data, currency=currency)


def _ticket(data: TicketData, *, currency: str | None) -> None:
    _currency(data.currency, currency, "/data/ticket/currency")
    if len(data.lines) > MAX_LINES:
        raise Invalid("invalid_event", f"a ticket has at most {MAX_LINES} lines", pointer="/data/ticket/lines")
    for i, line in enumerate(data.lines):
        for units in (line.unit_price, line.discount, line.tax):
            _money(units, f"/data/ticket/lines/{i}")
        exponent = line.quantity.as_tuple().exponent  # no number for infinities
        if not isinstance(exponent, int) or exponent < -6 or abs(line.quantity) > 10**6:
            raise Invalid("invalid_event", "quantity is out of range", pointer=f"/data/ticket/lines/{i}/quantity")
        _money(line.net, f"/data/ticket/lines/{i}")
    for i, tender in enumerate(data.tenders):
        _money(tender.amount, f"/data/ticket/tenders/{i}/amount")


def _texts(data: Data) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if not isinstance(data, SurveyData | Merge):
        found.append((data.external_id, "/data/external_id"))
    for name in ("name", "phone", "email", "location", "comment", "job", "contact", "reservation", "into"):
        value = getattr(data, name, None)
        if isinstance(value, str) and name not in ("name", "phone", "email", "comment"):
            found.append((value, f"/data/{name}"))
        elif isinstance(value, str) and (len(value) > 2000 or "\x00" in value):
            found.append(("", f"/data/{name}"))
    return found


def _money(units: int | None, pointer: str) -> None:
    if units is not None and abs(units) > MAX_UNITS:
        raise Invalid("invalid_event", "the amount is larger than any we book", pointer=pointer)


def _currency(given: str | None, wanted: str | None, pointer: str) -> None:
    if given is None:
        return
    if not is_currency(given):
        raise Invalid("invalid_event", "currency is an ISO 4217 code like USD", pointer=pointer)
    if wanted is not None and given != wanted:
        raise Invalid("wrong_currency", f"this business keeps its books in {wanted}, not {given}", pointer=pointer)
