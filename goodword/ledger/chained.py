"""Several writes that need each other's ids as one statement on PostgreSQL, one after the other on SQLite.

A link is ``(name, sql)``: an INSERT or UPDATE of one row in which ``{earlier}`` stands for the id that the link of that
name gave, and ``%(value)s`` for a parameter. Round trips are what a till waits for (docs/benchmarks.md).
"""

# ruff: noqa: S608 - the SQL is put together from its callers' own constants; every value is a parameter
from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from goodword.ledger import sql

Link = tuple[str, str]
Ask = Callable[[str, Mapping[str, Any]], Sequence[Any] | None]
_REF = re.compile(r"\{(\w+)\}")


def run(links: Sequence[Link], values: Mapping[str, Any], *, ask: Ask | None = None) -> dict[str, int]:
    """Write the links in their order and return the id of each row by the link's name.

    Args:
        ask: executes one statement and returns its one row; None: Django's connection does. One that returns nothing
            only sends (PostgreSQL alone): the answer is then empty, too.

    Raises:
        what the database refuses: ``sql.refusals`` of the caller translates it.
    """
    ask = ask or asked
    if connection.vendor == "postgresql":
        row = ask(_joined(tuple(links)), values)
        if row is None:
            return {}
        return dict(zip((name for name, _ in links), row, strict=True))
    given = {name: sql.moment(value) if isinstance(value, datetime) else value for name, value in values.items()}
    ids: dict[str, int] = {}
    for name, statement in _single(tuple(links)):
        row = ask(statement, given | {f"_{key}": pk for key, pk in ids.items()})
        assert row is not None
        ids[name] = row[0]
    return ids


def asked(statement: str, values: Mapping[str, Any]) -> Sequence[Any] | None:
    """Execute one statement on Django's connection and return its first row; None when it has none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: Sequence[Any] | None = cursor.fetchone()
    return row


@lru_cache(maxsize=64)
def _joined(links: tuple[Link, ...]) -> str:
    parts = [
        f"{name} AS ({_REF.sub(lambda found: f'(SELECT id FROM {found[1]})', statement)} RETURNING id)"
        for name, statement in links
    ]
    told = ", ".join(f"(SELECT id FROM {name})" for name, _ in links)
    return f"WITH {', '.join(parts)} SELECT {told}"


@lru_cache(maxsize=64)
def _single(links: tuple[Link, ...]) -> list[Link]:
    return [
        (name, _REF.sub(lambda found: f"%(_{found[1]})s", statement) + " RETURNING id") for name, statement in links
    ]
