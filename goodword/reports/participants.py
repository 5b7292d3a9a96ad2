"""What each referrer did and what it brought: passed on, opened, arrived, closed, earned (R113, R115, R116)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from goodword.business.models import Business
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.ledger.reading import balances_of_each
from goodword.money import POINTS, Amount
from goodword.people.models import Contact, WalletOwner, listed
from goodword.referrals.models import Referral, Share, Visit
from goodword.reports.finding import matching
from goodword.reports.leaderboard import closed_between
from goodword.reports.paging import Page, newest
from goodword.reports.pipeline import named
from goodword.rewards.models import Reward

GONE = ("reversed", "declined", "expired")  # such rewards are not earned
SHOWN = ("waiting", "arrived", "closed", "holding")
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """What one referrer did in a stretch of time.

    Attributes:
        sent: how often the link was passed on: by staff, a technician or the customer, and invitations and
            reminders that left (each delivered message is one share of source ``automatic``).
        opened: how often the link was opened.
        earned: worth of the rewards for referring that were not taken back, declined or lapsed; smallest units.
    """

    sent: int = 0
    opened: int = 0
    arrived: int = 0
    closed: int = 0
    earned: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """One line of the report of customers; ``redeemable`` is credit, and points at their worth, usable now."""

    id: str
    name: str
    reach: str
    code: str
    counts: Counts
    earned: Amount
    redeemable: Amount


def counts_of(
    *, business: Business, contacts: Collection[int], start: datetime | None = None, end: datetime | None = None
) -> dict[int, Counts]:
    """Count for each of the contacts what happened from ``start`` (included) to ``end``. Four statements."""
    if not contacts:
        return {}
    sent = Share.objects.filter(_within("at", start, end), contact__in=contacts).values("contact")
    visits = Visit.objects.filter(_days(business, start, end), contact__in=contacts).values("contact")
    came = Referral.objects.filter(referrer__in=contacts, removed_at=None).values("referrer")
    rewards = Reward.objects.filter(_within("at", start, end), holder__in=contacts, referral__isnull=False, units__gt=0)
    earned = rewards.exclude(status__in=GONE).exclude(to="friend").values("holder")
    by_sent = dict(sent.annotate(n=Count("pk")).values_list("contact", "n"))
    by_visit = dict(visits.annotate(n=Sum("count")).values_list("contact", "n"))
    by_friend = {
        row["referrer"]: row
        for row in came.annotate(
            arrived=Count("pk", filter=_within("arrived_at", start, end)),
            closed=Count("pk", filter=closed_between(start, end)),
        )
    }
    kept = F("worth") * (F("units") - F("reversed_units")) / F("units")
    by_worth = dict(earned.annotate(n=Sum(kept)).values_list("holder", "n"))
    nothing = {"arrived": 0, "closed": 0}
    return {
        pk: Counts(
            sent=by_sent.get(pk, 0), opened=by_visit.get(pk, 0), earned=by_worth.get(pk, 0),
            arrived=by_friend.get(pk, nothing)["arrived"], closed=by_friend.get(pk, nothing)["closed"],
        )
        for pk in contacts
    }  # fmt: skip


def participants(
    *, business: Business, now: datetime, shown: str = "", text: str = "", after: str = "",
    start: datetime | None = None, end: datetime | None = None, limit: int = 30,
) -> Page:  # fmt: skip
    """Return ``Participant`` rows of everybody who takes part, the newest customers first. Seven statements.

    Who takes part: was invited, or whose link was passed on or opened, or who sent a friend.

    Args:
        shown: ``waiting`` (nobody came yet), ``arrived``, ``closed`` or ``holding`` (earned something); else everybody.
        text: of the name, phone, e-mail or code.
        start, end: the stretch of time that is counted; who is shown does not depend on it.
    """
    query = _taking_part(business, shown)
    if text.strip():
        query = query.filter(matching(text))
    page = newest(query, after=after, limit=limit)
    return Page(_lines(business, page.rows, now, start, end), page.next)


def every_participant(
    *, business: Business, now: datetime, shown: str = "", text: str = "", start: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[Participant]:  # fmt: skip
    """Yield the rows of all pages, some hundred at a time."""
    after, more = "", True
    while more:
        page = participants(
            business=business, now=now, shown=shown, text=text, after=after, start=start, end=end, limit=CHUNK
        )
        yield from page.rows
        after, more = page.next, bool(page.next)


def _taking_part(business: Business, shown: str) -> Any:
    referrals = Referral.objects.filter(referrer=OuterRef("pk"), removed_at=None)
    shares, visits = Share.objects.filter(contact=OuterRef("pk")), Visit.objects.filter(contact=OuterRef("pk"))
    query = Contact.objects.filter(listed(), business=business, erased_at=None)
    if shown == "arrived":
        return query.filter(Exists(referrals))
    if shown == "closed":
        return query.filter(Exists(referrals.filter(closed_at__isnull=False)))
    if shown == "holding":
        rewards = Reward.objects.filter(holder=OuterRef("pk"), referral__isnull=False)
        return query.filter(Exists(rewards.exclude(status__in=GONE).exclude(to="friend")))
    begun = Q(enrolled_at__isnull=False) | Exists(shares) | Exists(visits)
    if shown == "waiting":
        return query.filter(begun, ~Exists(referrals))
    return query.filter(begun | Exists(referrals))


def _lines(
    business: Business, contacts: Collection[Any], now: datetime, start: datetime | None, end: datetime | None
) -> list[Participant]:
    counts = counts_of(business=business, contacts=[c.pk for c in contacts], start=start, end=end)
    usable = redeemable_of(business=business, contacts=[c.pk for c in contacts], now=now)
    return [
        Participant(
            id=c.public_id, name=named(c), reach=c.phone or c.email or "", code=c.code, counts=counts[c.pk],
            earned=Amount(counts[c.pk].earned, business.currency),
            redeemable=Amount(usable.get(c.pk, 0), business.currency),
        )
        for c in contacts
    ]  # fmt: skip


def redeemable_of(*, business: Business, contacts: Collection[int], now: datetime) -> dict[int, int]:
    """Return what each of the contacts can use now, credit and the worth of points, in smallest units."""
    owned = dict(WalletOwner.objects.filter(contact__in=contacts, until=None).values_list("wallet", "contact_id"))
    if not owned:
        return {}
    told: dict[int, int] = defaultdict(int)
    book, wallets = book_of(business=business.pk), sorted(owned)
    for wallet, held in balances_of_each(book=book, wallets=wallets, currency=business.currency, now=now).items():
        told[owned[wallet]] += held.of(Kind.CREDIT, business.currency).redeemable
        told[owned[wallet]] += held.of(Kind.POINTS, POINTS).value
    return told


def _within(field: str, start: datetime | None, end: datetime | None) -> Q:
    told = Q()
    if start is not None:
        told &= Q(**{f"{field}__gte": start})
    if end is not None:
        told &= Q(**{f"{field}__lt": end})
    return told


def _days(business: Business, start: datetime | None, end: datetime | None) -> Q:
    """Return the same for the local days by which visits are counted."""
    zone, told = ZoneInfo(business.timezone), Q()
    if start is not None:
        told &= Q(day__gte=start.astimezone(zone).date())
    if end is not None:
        told &= Q(day__lt=end.astimezone(zone).date())
    return told
