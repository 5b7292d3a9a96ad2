"""The one way a whole book goes: with the demo business it was kept for. A real business's book is never removed."""

from __future__ import annotations

from django.db import connections

from goodword.ledger import seal
from goodword.ledger.models import Account, Book, Entry, Transfer, Wallet


def remove_book(*, business: int, using: str = "default") -> None:
    """Delete the book of one business with all that is in it, inside the caller's transaction.

    The seals are off meanwhile; nobody else sees that: the transaction holds the tables until it ends, on both
    databases. Other books are not touched.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("a book is removed inside a transaction")
    with seal.lifted(using=using):
        Transfer.objects.using(using).filter(entry__book__business_id=business)._raw_delete(using)
        Account.objects.using(using).filter(book__business_id=business)._raw_delete(using)
        Entry.objects.using(using).filter(book__business_id=business)._raw_delete(using)
        Wallet.objects.using(using).filter(book__business_id=business)._raw_delete(using)
        Book.objects.using(using).filter(business_id=business)._raw_delete(using)
        connection.check_constraints()  # PostgreSQL lays no trigger on a table whose checks still wait
