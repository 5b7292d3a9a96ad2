"""What a command about vouchers names: the voucher under its lock, contacts, a job, a location, serials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from goodword import codes
from goodword.business.models import Business, Location
from goodword.engine import contacts as engine_contacts
from goodword.engine.decide import Steps
from goodword.engine.durations import local_date
from goodword.engine.events import ContactData, ContactRef
from goodword.errors import Invalid, NotFound
from goodword.flow.facts import load
from goodword.flow.referring import Change, event_of, finish_change
from goodword.flow.whose import living_one
from goodword.inbox import models as inbox
from goodword.ledger import holding, reading
from goodword.ledger.lots import OpenLot
from goodword.ledger.opening import book_of
from goodword.people.models import Contact, Identity, WalletOwner
from goodword.vouchers.life import Standing
from goodword.vouchers.models import Voucher
from goodword.work.models import Job

MOST_NAMED = 10_000  # serials in one order
FIRST_YEAR, LAST_YEAR = 1970, 9000  # as of every time we book


@dataclass(slots=True)
class Held:
    """A voucher under its lock, with its lot as it is now; stock has none."""

    row: Voucher
    lot: OpenLot | None
    book: int

    @property
    def balance(self) -> int:
        """Return what is left in it, smallest units."""
        return self.lot.units if self.lot is not None else 0

    @property
    def standing(self) -> Standing:
        """Return it as the rules of its life see it."""
        return Standing(
            state=self.row.state, frozen=self.row.frozen_at is not None, currency=self.row.currency,
            balance=self.balance, expires_at=self.row.expires_at, service=bool(self.row.service),
            booked=self.row.job_id is not None,
        )  # fmt: skip

    def lapsed(self) -> int:
        """Return what of it has lapsed."""
        return holding.lapsed_of(book=self.book, lot=self.lot.id) if self.lot is not None else 0


def held(business: Business, public_id: object) -> Held:
    """Lock the voucher of an id and return it as it stands.

    A voucher that was given as a reward has its lot in a customer's wallet: that customer is locked first, as whoever
    settles their events does (rulings 21). Order of locks: contacts, vouchers, lots.

    Raises:
        NotFound: ``voucher_not_found``.
    """
    book = book_of(business=business.pk)
    seen = Voucher.objects.filter(business=business, public_id=public_id).values_list("pk", "grant_key", "lot").first()
    if seen is None:
        raise NotFound("voucher_not_found", "no voucher of that number or code")
    pk, grant_key, lot = seen
    if grant_key and lot is not None:
        _lock_owner(business, book, lot)
    row = Voucher.objects.select_for_update(no_key=True).get(pk=pk)
    return Held(row, _lot(book, row), book)


def _lock_owner(business: Business, book: int, lot: int) -> None:
    wallets = {each.wallet for each in reading.lots(book=book, ids=[lot])}
    owners = WalletOwner.objects.filter(business=business, wallet__in=wallets, until=None)
    ids = sorted(owners.values_list("contact_id", flat=True))
    list(Contact.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _lot(book: int, row: Voucher) -> OpenLot | None:
    return reading.lots(book=book, ids=[row.lot])[0] if row.lot is not None else None


def contact_named(*, business: Business, row: inbox.Event, ref: object, place: str, now: datetime) -> Contact | None:
    """Return the living contact a reference means; a new one is made for a name nobody bears yet.

    Args:
        ref: None, our id, ``{source, external_id}`` or ``{name?, phone?, email?}``.
        place: ``buyer`` or ``recipient``: where it stands in the command.

    Raises:
        NotFound: ``contact_not_found``. Refused: ``contact_erased``.
        Invalid: ``invalid_contact``: it names nobody; ``reach_unusable``.
    """
    if ref is None or ref == "":
        return None
    if isinstance(ref, str):
        return living_one(Contact.objects.filter(business=business, public_id=ref, withdrawn_at=None).first())
    if not isinstance(ref, Mapping):
        raise Invalid("invalid_contact", "name a contact by id, or by name, phone or e-mail", pointer=f"/{place}")
    if ref.get("external_id"):
        known = Identity.objects.filter(
            business=business, source=str(ref.get("source") or row.source), external_id=str(ref["external_id"])
        ).first()
        return living_one(known.contact if known else None)
    return _made(business=business, row=row, ref=ref, place=place, now=now)


def _made(*, business: Business, row: inbox.Event, ref: Mapping[str, Any], place: str, now: datetime) -> Contact:
    name = " ".join(str(ref.get("name") or "").split())[:200]
    phone, email = ref.get("phone") or None, ref.get("email") or None
    if not name and not phone and not email:
        raise Invalid("invalid_contact", "a contact needs a name, a phone number or an e-mail address",
                      pointer=f"/{place}")  # fmt: skip
    named = f"voucher:{row.external_id}:{place}"[:200]
    event = event_of(row, ContactData(external_id=named, phone=phone, email=email))
    found = load(business, [event], now=now)
    if (phone or email) and engine_contacts.comparable(found.world, phone, email) == (None, None):
        raise Invalid("reach_unusable", "that phone number or e-mail address cannot be right", pointer=f"/{place}")
    if phone or email:
        contact = engine_contacts.find_or_make(found.world, row.source, ContactRef(phone=phone, email=email))
    else:
        contact = engine_contacts.find_or_make(found.world, row.source, named)
    contact.name = contact.name or name
    contact.language = contact.language or ref.get("language") or None
    found.world.touch(contact)
    finish_change(Change(found, row, event, Steps()), now=now)
    return living_one(Contact.objects.get(business=business, public_id=contact.root().public_id))


def job_named(*, business: Business, ref: object) -> Job | None:
    """Return the job of our id or of ``{source, external_id}``; None for none.

    Raises:
        NotFound: ``job_not_found``.
    """
    if ref is None or ref == "":
        return None
    jobs = Job.objects.filter(business=business)
    if isinstance(ref, Mapping):
        found = jobs.filter(source=ref.get("source"), external_id=ref.get("external_id")).first()
    else:
        found = jobs.filter(public_id=ref).first()
    if found is None:
        raise NotFound("job_not_found", "no job of that id")
    return found


def location_named(*, business: Business, ref: object) -> Location | None:
    """Return the location of an external id; None for none.

    Raises:
        NotFound: ``location_not_found``.
    """
    if ref is None or ref == "":
        return None
    found = Location.objects.filter(business=business, external_id=ref).first()
    if found is None:
        raise NotFound("location_not_found", "this business has no such location")
    return found


def day_named(value: object, place: str) -> date | None:
    """Return an ISO date; None for none.

    Raises:
        Invalid: ``bad_day``.
    """
    if value is None or value == "":
        return None
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        raise Invalid("bad_day", "write a date like 2027-02-14", pointer=f"/{place}") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid("bad_day", f"write a year from {FIRST_YEAR} to {LAST_YEAR}", pointer=f"/{place}")
    return day


def delivery_named(business: Business, data: Mapping[str, Any], *, at: datetime) -> date | None:
    """Return the day on which an order of the time ``at`` says that a voucher is to be sent; None for none.

    Raises:
        Invalid: ``bad_day``; ``delivery_over`` for a day before that of the order: it would be sent at once.
    """
    day = day_named(data.get("deliver_on"), "deliver_on")
    if day is not None and day < local_date(at, ZoneInfo(business.timezone)):
        raise Invalid("delivery_over", "the day to send it on is over", pointer="/deliver_on")
    return day


def serials_named(texts: Sequence[object]) -> list[tuple[str, int]]:
    """Return the (prefix, number) of each serial that was scanned or typed, ranges written out, in order, each once.

    Args:
        texts: ``FERN-000101``, ``fern 101`` or a range ``FERN-000101..FERN-000150`` (``–``, ``to`` and ``-`` between
            two serials are read too).

    Raises:
        Invalid: ``bad_serial`` with the text; ``bad_range``; ``too_many_serials``.
    """
    found: dict[tuple[str, int], None] = {}
    for text in texts:
        for pair in _range(str(text)):
            found[pair] = None
            if len(found) > MOST_NAMED:
                raise Invalid("too_many_serials", f"at most {MOST_NAMED} cards in one order", pointer="/serials")
    return list(found)


def _range(text: str) -> list[tuple[str, int]]:
    first, last = codes.serial_range(text)
    if last[0] != first[0] or last[1] < first[1]:
        raise Invalid("bad_range", f"“{text}” is no range of one prefix, first to last", pointer="/serials", text=text)
    if last[1] - first[1] >= MOST_NAMED:
        raise Invalid("too_many_serials", f"at most {MOST_NAMED} cards in one order", pointer="/serials")
    return [(first[0], number) for number in range(first[1], last[1] + 1)]
