"""A transaction in few round trips: on PostgreSQL what is sent and the commit travel together (ADR 14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection
from django.db import transaction as db
from psycopg.types.numeric import Int8

from goodword.ledger import chained


class Opened(NamedTuple):
    """A transaction: ``ask`` waits for its answer, ``send`` need not."""

    ask: chained.Ask
    send: chained.Ask


@contextmanager
def transaction() -> Iterator[Opened]:
    """Open a transaction that is committed when the block ends, and rolled back when it raises.

    On PostgreSQL it is the implicit one of a pipeline: it begins with the first statement, and the Sync that ends the
    pipeline commits it (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html). So neither BEGIN nor COMMIT
    is sent, and what was sent, too, is refused only when the block ends.
    """
    if connection.vendor != "postgresql":
        with db.atomic():
            yield Opened(chained.asked, chained.asked)
        return
    raw: Any = connection.connection
    if raw is None or raw.closed:
        connection.ensure_connection()
        raw = connection.connection
    with raw.pipeline(), raw.cursor() as cursor:

        def ask(statement: str, values: Mapping[str, Any]) -> Sequence[Any] | None:
            cursor.execute(statement, _typed(values), prepare=True)
            row: Sequence[Any] | None = cursor.fetchone()
            return row

        def send(statement: str, values: Mapping[str, Any]) -> None:
            cursor.execute(statement, _typed(values), prepare=True)

        try:
            yield Opened(ask, send)
        except BaseException:
            raw.execute("ROLLBACK")  # the Sync that follows would commit what was written so far
            raise


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with one type for every whole number, so that a statement is prepared once."""
    return {name: Int8(value) if type(value) is int else value for name, value in values.items()}
