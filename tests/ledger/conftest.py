"""The cast of the ledger's tests: a book with Ann's and Bob's wallets, and another business beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from goodword.ledger import checking, opening
from tests.ledger.cast import Cast


@pytest.fixture
def cast(request: pytest.FixtureRequest) -> Iterator[Cast]:
    """Open two books; whatever the test did, the books still prove right after it."""
    marker = request.node.get_closest_marker("django_db")
    request.getfixturevalue("transactional_db" if marker and marker.kwargs.get("transaction") else "db")
    book = opening.open_book(business=1)
    ann, bob = opening.open_wallets(book=book, public_ids=[None, None])
    other = opening.open_book(business=2)
    (stranger,) = opening.open_wallets(book=other, public_ids=[None])
    yield Cast(book, ann, bob, other, stranger)
    assert checking.faults() == []
