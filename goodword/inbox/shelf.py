"""A shelf on disk for rows that belong together: any number of them in bounded memory, gone when it is closed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from types import TracebackType

from goodword.inbox.tables.told import in_parts

CACHE_KILOBYTES = 32 * 1024


class DiskShelf:
    """Keeps rows in a private temporary database (see ``tables.told.Shelf``); a context manager."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # no name: a temporary file that SQLite deletes
        self._database.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID")
        self._database.execute(
            "CREATE TABLE body (part INTEGER, number INTEGER, body BLOB, PRIMARY KEY (part, number)) WITHOUT ROWID"
        )
        self._database.execute("BEGIN")

    def __enter__(self) -> DiskShelf:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def first(self, key: str, number: int) -> int:
        """Return the number that came first with this key: ``number`` itself when the key is new."""
        sql = "INSERT INTO seen VALUES (?, ?) ON CONFLICT (key) DO NOTHING"
        if self._database.execute(sql, (key, number)).rowcount:
            return number
        (found,) = self._database.execute("SELECT number FROM seen WHERE key = ?", (key,)).fetchone()
        return int(found)

    def put(self, group: int, number: int, body: bytes) -> None:
        """Put a row's body to a group."""
        self._database.execute("INSERT INTO body VALUES (?, ?, ?)", (group, number, body))

    def groups(self) -> Iterator[list[tuple[int, bytes]]]:
        """Yield the groups in order, each with its rows in order."""
        found = self._database.execute("SELECT part, number, body FROM body ORDER BY part, number")
        for _, rows in groupby(found, key=lambda row: row[0]):
            yield from in_parts((number, body) for _, number, body in rows)
