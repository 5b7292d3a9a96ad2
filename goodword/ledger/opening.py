"""Books and wallets come into being here; value never moves here."""

from __future__ import annotations

from collections.abc import Sequence

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
    book = Book.objects.filter(business_id=business).values_list("id", flat=True).first()
    if book is None:
        raise NotFound("book_not_found", "This business has no books.", business=business)
    return book


def open_wallets(*, book: int, public_ids: Sequence[str | None]) -> list[int]:
    """Open one wallet per public id (``None``: it needs none) and return their ids in that order."""
    wallets = Wallet.objects.bulk_create([Wallet(book_id=book, public_id=public) for public in public_ids])
    return [wallet.id for wallet in wallets]
