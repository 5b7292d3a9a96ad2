"""A transaction in few round trips: on PostgreSQL what is sent and the commit travel together (ADR 14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection
from django.db import transaction as db
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8

from goodword.ledger import chained

_NEVER_BY_ITSELF = 1_000_000_000  # Django's own statements are not prepared; ours ask for it


class Opened(NamedTuple):
    """A transaction: ``ask`` waits for its answer, ``send`` need not; ``commit`` waits until all is on disk."""

    ask: chained.Ask
    send: chained.Ask
    commit: Callable[[], None]


@contextmanager
def transaction() -> Iterator[Opened]:
    """Open a transaction; what is not committed when it ends is rolled back."""
    if connection.vendor != "postgresql":
        with db.atomic():
            yield Opened(chained.asked, chained.asked, lambda: None)
        return
    raw: Any = connection.connection
    if raw is None or raw.closed:
        connection.ensure_connection()
        raw = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = _NEVER_BY_ITSELF
    with raw.cursor() as cursor, _piped(raw) as pipeline:
        raw.execute("BEGIN", prepare=True)

        def ask(statement: str, values: Mapping[str, Any]) -> Sequence[Any] | None:
            cursor.execute(statement, _typed(values), prepare=True)
            row: Sequence[Any] | None = cursor.fetchone()
            return row

        def send(statement: str, values: Mapping[str, Any]) -> None:
            raw.execute(statement, _typed(values), prepare=True)

        def commit() -> None:
            raw.execute("COMMIT", prepare=True)
            pipeline.sync()  # raises what any of them was refused with; after it all is on disk

        yield Opened(ask, send, commit)


@contextmanager
def _piped(raw: Any) -> Iterator[Any]:
    try:
        with raw.pipeline() as pipeline:
            yield pipeline
    finally:
        if not raw.closed and raw.info.transaction_status != TransactionStatus.IDLE:
            raw.execute("ROLLBACK")


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with one type for every whole number, so that a statement is prepared once."""
    return {name: Int8(value) if type(value) is int else value for name, value in values.items()}
