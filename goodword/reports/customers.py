"""Customers: the list, what each holds, whom each sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Sum

from goodword import codes, identity
from goodword.business.models import Business
from goodword.ledger.chart import Kind
from goodword.ledger.lots import OpenLot
from goodword.ledger.opening import book_of
from goodword.ledger.reading import Balances, balances, balances_of_each, lots
from goodword.money import Amount
from goodword.people.merged import survivor_of
from goodword.people.models import Contact, WalletOwner, listed
from goodword.referrals.models import Referral, Visit
from goodword.reports.finding import matching, ranked
from goodword.reports.paging import PAGE, Page, newest
from goodword.reports.pipeline import named
from goodword.rewards.models import Reward


@dataclass(frozen=True, slots=True)
class Line:
    """One customer in the list."""

    id: str
    name: str
    reach: str
    code: str
    referrals: int
    closed: int
    redeemable: Amount | None


@dataclass(frozen=True, slots=True)
class Held:
    """One lot of a customer: what is left of it, since when and until when, and the reward it was given for."""

    lot: OpenLot
    reward: Reward | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How often the link was opened, how many friends arrived, how many of them closed."""

    opened: int
    referrals: int
    closed: int


def customers(*, business: Business, text: str = "", after: str = "", now: datetime) -> Page:
    """Return lines of the list, newest first, or the likeliest first; merged records are left out. Four statements."""
    query = Contact.objects.filter(listed(), business=business)
    page = found(business=business, text=text, after=after) if text.strip() else newest(query, after=after)
    sent = _sent(page.rows)
    credit = _credit(business, page.rows, now)
    return Page(
        [
            Line(
                id=c.public_id, name=named(c), reach=c.phone or c.email or "", code=c.code,
                referrals=sent.get(c.pk, (0, 0))[0], closed=sent.get(c.pk, (0, 0))[1],
                redeemable=Amount(credit[c.pk], business.currency) if credit.get(c.pk) else None,
            )
            for c in page.rows
        ],
        page.next,
    )  # fmt: skip


def found(*, business: Business, text: str, after: str = "", limit: int = PAGE) -> Page:
    """Return the contacts that ``text`` may mean, the likeliest first; merged and erased ones are left out."""
    query = Contact.objects.filter(listed(), business=business)
    return ranked(query.filter(matching(text, country=business.country)), text, after=after, limit=limit)


def _sent(rows: Collection[Any]) -> dict[int, tuple[int, int]]:
    """Return how many each of these referred, and how many of those closed. One statement."""
    live = Referral.objects.filter(referrer__in=[row.pk for row in rows], removed_at=None)
    told = live.values("referrer").annotate(n=Count("pk"), closed=Count("closed_at"))
    return {row["referrer"]: (row["n"], row["closed"]) for row in told}


def customer(*, business: Business, public_id: str) -> Contact | None:
    """Return a contact by its id; that of a merged record leads to the survivor, that of a withdrawn one to nobody."""
    found = Contact.objects.filter(business=business, public_id=public_id, withdrawn_at=None).first()
    return survivor_of(found) if found is not None else None


def by_code(code: str) -> Contact | None:
    """Return whom a referral code belongs to, over all businesses; a merged contact's code leads to the survivor."""
    found = Contact.objects.select_related("business").filter(code=code).first()
    return survivor_of(found) if found is not None else None


def wallets_of(contact: Contact) -> list[int]:
    """Return the wallets a contact owns now."""
    return list(WalletOwner.objects.filter(contact=contact, until=None).values_list("wallet", flat=True))


def holdings(*, business: Business, contact: Contact, now: datetime) -> tuple[Balances, list[Held]]:
    """Return a contact's balances and its lots with something left, each with its cause. Five statements."""
    wallets = wallets_of(contact)
    if not wallets:
        return Balances(), []
    book = book_of(business=business.pk)
    told = balances(book=book, wallets=wallets, currency=business.currency, now=now)
    left = [lot for lot in lots(book=book, wallets=wallets) if lot.units and lot.state(now) != "lapsed"]
    rewards = Reward.objects.select_related("referral__friend").in_bulk(
        {lot.grant_key for lot in left}, field_name="public_id"
    )
    return told, [Held(lot, rewards.get(lot.grant_key)) for lot in left]


def numbers(*, contact: Contact) -> Numbers:
    """Return what a contact's link brought. Two statements."""
    opened = Visit.objects.filter(contact=contact).aggregate(n=Sum("count"))["n"] or 0
    sent = Referral.objects.filter(referrer=contact, removed_at=None).aggregate(
        n=Count("pk"), closed=Count("closed_at")
    )
    return Numbers(opened, sent["n"], sent["closed"])


def who(*, business: Business, text: str, limit: int = 2) -> list[Contact]:
    """Return whom a search for one person may mean: an exact name, phone, e-mail or code, else all that match."""
    matches = found(business=business, text=text, limit=50).rows
    plain, number = identity.folded(text), identity.phone(text, country=business.country)
    code = codes.normalise(text)

    def meant(contact: Contact) -> bool:
        named_so = plain in (identity.folded(contact.name), identity.folded(contact.email))
        return named_so or contact.code == code or (number is not None and contact.phone == number)

    exact = list(filter(meant, matches))
    return (exact or matches)[:limit]


def _credit(business: Business, rows: Collection[Any], now: datetime) -> dict[int, int]:
    owners = WalletOwner.objects.filter(contact__in=[row.pk for row in rows], until=None)
    owned = dict(owners.values_list("wallet", "contact_id"))
    if not owned:
        return {}
    each = balances_of_each(
        book=book_of(business=business.pk), wallets=sorted(owned), currency=business.currency, now=now
    )
    told: dict[int, int] = defaultdict(int)
    for wallet, held in each.items():
        told[owned[wallet]] += held.of(Kind.CREDIT, business.currency).redeemable
    return told


def known_as(*, business: Business, source: str, external_id: str) -> Contact:
    """Return the contact a source knows by this name; it must be there."""
    found = Contact.objects.get(business=business, identities__source=source, identities__external_id=external_id)
    return survivor_of(found)


def job_of(*, contact: Contact, public_id: str) -> Any:
    """Return one job of a contact that was named by its source; None otherwise."""
    return contact.jobs.filter(public_id=public_id, external_id__isnull=False).first()


def open_jobs(*, contact: Contact) -> list[Any]:
    """Return the jobs that may still move, newest first. One statement."""
    rows = contact.jobs.filter(external_id__isnull=False).exclude(status__in=("paid", "cancelled"))
    return list(rows.order_by("-pk")[:20])
