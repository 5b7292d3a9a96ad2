"""The books of one business as an export tells them: for an accountant to read, and to prove a copy by.

The proof is the trial balance and every customer's balances at instants along the history, once *as at* and once *as
known at* each: the same lines in two installations mean the same books, to the unit and the instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from goodword.business.models import Business
from goodword.flow.archive import json_line
from goodword.ledger import listing
from goodword.ledger.chart import LOTS, Kind
from goodword.ledger.opening import book_of
from goodword.ledger.reading import Balances, balances_of_each
from goodword.ledger.trial import liability, trial_balance
from goodword.money import Amount
from goodword.people.models import WalletOwner

CHUNK = 500
Rows = Iterator[Sequence[Any]]


def holders(business: Business, *, now: datetime, **when: datetime) -> Iterator[tuple[Any, Balances]]:
    """Yield each customer who owns a wallet, as its row of ``WalletOwner``, with the balances of one wallet each.

    Args:
        when: for a past date, ``at`` or ``known_at``.
    """
    book = book_of(business=business.pk)
    owned = WalletOwner.objects.filter(business=business, until=None).select_related("contact")
    rows = owned.order_by("contact_id", "wallet").iterator(chunk_size=CHUNK)
    while some := list(islice(rows, CHUNK)):
        wallets = [row.wallet for row in some]
        told = balances_of_each(book=book, wallets=wallets, currency=business.currency, now=now, **when)
        for row in some:
            yield row, told[row.wallet]


def balances_now(business: Business, now: datetime) -> Rows:
    """Yield what every customer who holds or owes anything has now."""
    money = business.currency
    for contact, group in groupby(holders(business, now=now), key=lambda each: each[0].contact):
        parts = [balances for _, balances in group]
        held = {
            key: (sum(each.of(*key).pending for each in parts), sum(each.of(*key).redeemable for each in parts))
            for key in dict.fromkeys(key for each in parts for key in each.held)
        }
        owed = {asset: sum(each.owed.get(asset, 0) for each in parts) for each in parts for asset in each.owed}
        if not any(pending or usable for pending, usable in held.values()) and not any(owed.values()):
            continue
        row: list[Any] = [contact.public_id, contact.name]
        for kinds in ((Kind.POINTS,), (Kind.CREDIT,), (Kind.PROMO_VOUCHER, Kind.SOLD_VOUCHER), (Kind.GIFT_CARD,),
                      (Kind.CASH,)):  # fmt: skip
            asset = "points" if kinds == (Kind.POINTS,) else money
            row += [Amount(sum(held.get((kind, asset), (0, 0))[side] for kind in kinds), asset) for side in (0, 1)]
        yield [*row, Amount(owed.get(money, 0), money), owed.get("points", 0), money]


def lots(business: Business) -> Rows:
    """Yield every grant of value with its owner and what is left of it."""
    place = {name: n for n, name in enumerate(listing.ACCOUNTS)}
    found = (row for row in listing.accounts(book=book_of(business=business.pk)) if row[place["kind"]] in LOTS)
    while some := list(islice(found, CHUNK)):
        wallets = [row[place["wallet_id"]] for row in some]
        owners = dict(
            WalletOwner.objects.filter(business=business, until=None, wallet__in=wallets).values_list(
                "wallet", "contact__public_id"
            )
        )
        for row in some:
            said = {name: row[n] for name, n in place.items()}
            given, asset = said["credits"], said["asset"]
            yield [
                said["id"], owners.get(said["wallet_id"], ""), said["kind"], asset, Amount(given, asset),
                Amount(said["debits"], asset), Amount(given - said["debits"], asset), said["available_at"],
                said["expires_at"], said["parent_id"], said["grant_key"],
            ]  # fmt: skip


def accounts(business: Business) -> Rows:
    """Yield every account, totals in smallest units where it carries any."""
    return listing.accounts(book=book_of(business=business.pk))


def entries(business: Business) -> Rows:
    """Yield every entry."""
    return listing.entries(book=book_of(business=business.pk))


def transfers(business: Business) -> Rows:
    """Yield every transfer, in smallest units and as an amount."""
    for *row, units, asset in listing.transfers(book=book_of(business=business.pk)):
        yield [*row, units, Amount(units, asset), asset]


def trial(business: Business) -> Rows:
    """Yield the trial balance as it stands; the balances of one asset sum to zero."""
    for line in trial_balance(book=book_of(business=business.pk)):
        amounts = [Amount(units, line.asset) for units in (line.debits, line.credits, line.balance)]
        yield [line.kind.value, line.asset, *amounts]


def owed_to_holders(business: Business, now: datetime) -> Rows:
    """Yield the liability by instrument as it stands."""
    for line in liability(book=book_of(business=business.pk), now=now):
        amounts = [Amount(units, line.asset) for units in (line.pending, line.redeemable, line.expired, line.total)]
        yield [line.kind.value, line.asset, *amounts]


def instants(business: Business, *, now: datetime) -> list[datetime]:
    """Return the instants at which the proof tells the books."""
    return sorted({*listing.instants(book=book_of(business=business.pk)), now})


def proof(business: Business, *, instants: Sequence[datetime], now: datetime) -> Iterator[bytes]:
    """Yield the lines of the proof. Customers by their public id, so that no number of a row matters.

    Args:
        now: of the export; a copy is proved with the same one.
    """
    book = book_of(business=business.pk)
    for instant in instants:
        for read in ("at", "known_at"):
            when = {read: instant}
            told = [
                [line.kind.value, line.asset, line.debits, line.credits, line.balance]
                for line in trial_balance(book=book, **when)
            ]
            yield json_line({"instant": instant, "read": read, "trial_balance": told})
            for row, balances in holders(business, now=now, **when):
                held = [[kind.value, asset, b.pending, b.redeemable] for (kind, asset), b in balances.held.items()]
                if held or balances.owed:
                    yield json_line({
                        "instant": instant, "read": read, "customer": row.contact.public_id, "held": held,
                        "owed": balances.owed,
                    })  # fmt: skip
