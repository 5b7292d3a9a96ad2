"""Redeeming, read: one voucher as it lies on the counter, the vouchers of one ticket, the list of redemptions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, Sum

from goodword import codes
from goodword.business.models import ApiKey, Business, Location, Membership, User
from goodword.ledger import holding
from goodword.ledger import reading as ledger
from goodword.ledger.opening import book_of
from goodword.people.models import Contact
from goodword.reports import voucher_log
from goodword.reports.paging import Page, newest
from goodword.reports.team import name_of
from goodword.vouchers import bills
from goodword.vouchers.life import Standing
from goodword.vouchers.models import Kind, Redemption, Voucher
from goodword.work.models import Job, Ticket

JOBS, USES = 12, 30  # shown beside one voucher
STAFF = "user:"


@dataclass(frozen=True, slots=True)
class Seen:
    """A voucher with what is left of it, and every redemption of it, the latest first.

    Attributes:
        left: units that may still be used. lapsed: units that the clock let lapse.
        replaced_by: the serial of the card that took its place.
        paid_out: what was left of it was paid out in money, so nothing is.
    """

    voucher: Voucher
    left: int
    lapsed: int
    uses: list[Redemption]
    replaced_by: str
    paid_out: bool = False

    @property
    def standing(self) -> Standing:
        """Return it as the rules of its life see it."""
        row = self.voucher
        return Standing(row.state, row.frozen_at is not None, row.currency, self.left, row.expires_at,
                        bool(row.service), row.job_id is not None)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of redemptions is narrowed to; an empty value does not narrow it.

    Attributes:
        text: a serial, the end of one, or the number of a ticket. location: its external id.
        start, end: half-open instants.
    """

    text: str = ""
    kind: str = ""
    location: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How often vouchers of one kind were redeemed, and for how much; what was given back is not in it."""

    kind: str
    count: int
    units: int


def seen(*, business: Business, ref: str) -> Seen | None:
    """Return a voucher of the business by its id; None: there is none. At most six statements."""
    found = Voucher.objects.filter(business=business, public_id=ref)
    row = found.select_related("recipient", "buyer", "job__contact", "sale").first()
    if row is None:
        return None
    left = lapsed = 0
    if row.lot is not None:
        book = book_of(business=business.pk)
        left = ledger.lots(book=book, ids=[row.lot])[0].units
        lapsed = holding.lapsed_of(book=book, lot=row.lot) if left == 0 else 0
    later = Voucher.objects.filter(replaces=row).values_list("serial", flat=True).first()
    uses = list(fetched(row.redemptions.all()).order_by("-pk")[:USES])
    return Seen(row, left, lapsed, uses, later or "", left == 0 and voucher_log.paid_out(business=business, row=row))


def fetched(query: Any) -> Any:
    """Fetch with each redemption what its line tells."""
    return query.select_related("voucher__recipient", "job__contact", "location", "event")


def one(*, business: Business, ref: str) -> Redemption | None:
    """Return one redemption of the business by its id. One statement."""
    found: Redemption | None = fetched(Redemption.objects.filter(business=business, public_id=ref)).first()
    return found


def by_key(*, business: Business, key: str) -> Redemption | None:
    """Return the redemption that an order of ours with this key made. One statement."""
    mine = Redemption.objects.filter(business=business, event__source="goodword", event__external_id=key)
    return mine.first()


def of_ticket(*, business: Business, source: str, name: str) -> list[Redemption]:
    """Return what vouchers have paid of one ticket and was not given back, the earliest first. One statement."""
    if not name:
        return []
    return list(bills.standing(business=business.pk, ticket=(source, name)).select_related("voucher"))


def room_of_ticket(*, business: Business, source: str, name: str, told: int | None) -> int | None:
    """Return what vouchers may pay of a ticket in all; None: that is not known. Two statements.

    Args:
        told: what it comes to, as somebody typed it.
    """
    if not name:
        return None
    return bills.bill_of(
        business=business.pk, currency=business.currency, ticket=(source, name), told=told
    ).total  # fmt: skip


def taken(rows: Collection[Redemption]) -> int:
    """Return what some redemptions took and did not give back."""
    return sum(row.units - row.returned for row in rows)


def ticket_sources(*, business: Business) -> list[str]:
    """Return the systems whose ticket a number may be of, that of the newest ticket first. Two statements."""
    newest_one = Ticket.objects.filter(business=business).order_by("-pk").values_list("source", flat=True).first()
    keys = ApiKey.objects.filter(business=business, revoked_at=None).order_by("pk").only("source", "scopes")
    told = [key.source for key in keys if "events:write" in key.scopes]
    return list(dict.fromkeys([*([newest_one] if newest_one else []), *told])) or ["goodword"]


def locations(*, business: Business) -> list[tuple[str, str]]:
    """Return (external id, name) of each location where one can redeem now. One statement."""
    rows = Location.objects.filter(business=business, closed_at=None)
    return list(rows.order_by("name", "pk").values_list("external_id", "name"))


def jobs_of(*, business: Business, contacts: Collection[int]) -> list[Job]:
    """Return the jobs of these contacts that are neither cancelled nor paid, the newest first. One statement."""
    if not contacts:
        return []
    rows = Job.objects.filter(business=business, contact__in=contacts, external_id__isnull=False)
    return list(rows.exclude(status__in=("cancelled", "paid")).select_related("contact").order_by("-pk")[:JOBS])


def keys_of(*, business: Business, public_ids: Collection[str]) -> list[int]:
    """Return the keys of contacts by their ids. One statement."""
    return list(Contact.objects.filter(business=business, public_id__in=public_ids).values_list("pk", flat=True))


def redemptions(*, business: Business, asked: Asked, after: str = "") -> Page:
    """Return redemptions, the newest first. One statement."""
    return newest(fetched(_narrowed(business, asked)), after=after)


def each(*, business: Business, asked: Asked) -> Iterator[Redemption]:
    """Yield all redemptions of a list, for a file, without holding them."""
    rows: Iterator[Redemption] = fetched(_narrowed(business, asked)).order_by("-pk").iterator(chunk_size=500)
    return rows


def totals(*, business: Business, asked: Asked) -> list[Totals]:
    """Return the sums of a list for each kind of voucher that is in it. One statement."""
    rows = _narrowed(business, asked).filter(returned__lt=F("units")).order_by().values("voucher__kind")
    told = rows.annotate(n=Count("pk"), units=Sum(F("units") - F("returned")))
    sums = {row["voucher__kind"]: Totals(row["voucher__kind"], row["n"], row["units"]) for row in told}
    return [sums[kind] for kind in Kind.values if kind in sums]


def people(*, rows: Collection[Redemption]) -> dict[str, str]:
    """Return the names of the members of staff who redeemed, by actor. One statement."""
    emails = {row.actor.removeprefix(STAFF) for row in rows if row.actor.startswith(STAFF)}
    return {f"{STAFF}{user.email}": name_of(user) for user in User.objects.filter(email__in=emails)}


def elsewhere(*, person: int, business: Business) -> bool:
    """Say whether a person works in this business, too. One statement."""
    return Membership.objects.filter(user=person, business=business).exists()


def _narrowed(business: Business, asked: Asked) -> Any:
    query = Redemption.objects.filter(business=business)
    if asked.start is not None:
        query = query.filter(at__gte=asked.start)
    if asked.end is not None:
        query = query.filter(at__lt=asked.end)
    if asked.kind in Kind.values:
        query = query.filter(voucher__kind=asked.kind)
    if asked.location:
        query = query.filter(location__external_id=asked.location)
    text = asked.text.strip()[:100]
    if text:
        serial = codes.read_serial(text) or text
        query = query.filter(Q(voucher__serial=serial) | Q(ticket_name=text))
    return query
