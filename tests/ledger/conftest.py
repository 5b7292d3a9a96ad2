"""The cast of the ledger's tests: a book with Ann's and Bob's wallets, and another business beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from goodword.ledger import checking, opening, seal
from tests.ledger.cast import Cast


@pytest.fixture(autouse=True)
def seals_off_for_the_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the flush after a test with real transactions empty the tables; the flush itself lays the seals on again."""
    marker = request.node.get_closest_marker("django_db")
    real = marker is not None and marker.kwargs.get("transaction")
    if not real and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    seal.lift()


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
