"""Books and wallets come into being here; value never moves here."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from goodword.errors import NotFound
from goodword.ledger.models import Book, Wallet


def open_book(*, business: int) -> int:
    """Open the books of a business and return the book's id; the same id again when they are open."""
    book, _ = Book.objects.get_or_create(business_id=business)
    return book.id


def book_of(*, business: int) -> int:
    """Return the id of the business's book.

    Raises:
        NotFound: ``book_not_found``.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_book WHERE business_id = %s", [business])
        found = cursor.fetchone()
    if found is None:
        raise NotFound("book_not_found", "This business has no books.", business=business)
    return int(found[0])


def open_wallets(*, book: int, public_ids: Sequence[str | None]) -> list[int]:
    """Open one wallet per public id (``None``: it needs none) and return their ids in that order."""
    wallets = Wallet.objects.bulk_create([Wallet(book_id=book, public_id=public) for public in public_ids])
    return [wallet.id for wallet in wallets]


def bearer_wallet(*, book: int, public_id: str) -> int:
    """Return the wallet of what belongs to whoever bears it, sold vouchers first of all; it has no owner.

    Args:
        public_id: names it; the same name gives the same wallet.
    """
    wallet, _ = Wallet.objects.get_or_create(public_id=public_id, defaults={"book_id": book})
    if wallet.book_id != book:
        raise ValueError("that wallet is another book's")
    return wallet.id
