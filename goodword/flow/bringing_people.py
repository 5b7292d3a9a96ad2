"""Who is meant where a table names somebody by name, phone, e-mail or id: those in the books, and those in the table.

An index on disk, because both may be many; built when the first row asks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from types import TracebackType
from typing import Any

from goodword import identity
from goodword.business.models import Business
from goodword.inbox.tables.told import Fault, Told
from goodword.people.models import Contact, Identity, listed

CHUNK = 2_000
CACHE_KILOBYTES = 32 * 1024
SEVERAL = 10  # how many candidates are counted at most


class People:
    """Finds contacts by what a table may call them; a context manager.

    Args:
        source: whose external ids the table has.
        own: yields what the table itself tells of contacts, for those it names before or after; None: it tells none.
    """

    def __init__(
        self, business: Business, *, source: str, own: Callable[[], Iterable[Told | Fault]] | None = None
    ) -> None:
        self._business, self._source, self._own = business, source, own
        self._index: sqlite3.Connection | None = None

    def __enter__(self) -> People:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._index is not None:
            self._index.close()

    def find(self, sort: str, value: str) -> list[str]:
        """Return references to all who are meant, at most ``SEVERAL``: external ids of the source, else our ids.

        Args:
            sort: ``name``, ``phone``, ``email`` or ``id``. A name that nobody bears may be an id.
        """
        found = self._find(sort, value)
        return self._find("id", value) if sort == "name" and not found else found

    def _find(self, sort: str, value: str) -> list[str]:
        sql = "SELECT ref FROM known WHERE sort = ? AND value = ? ORDER BY ref LIMIT ?"
        rows = self._ready().execute(sql, (sort, _comparable(sort, value), SEVERAL))
        return [ref for (ref,) in rows]

    def _ready(self) -> sqlite3.Connection:
        if self._index is None:
            index = sqlite3.connect("", isolation_level=None)  # no name: a temporary file that SQLite deletes
            index.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
            index.execute("PRAGMA journal_mode = OFF")
            index.execute(
                "CREATE TABLE known (sort TEXT, value TEXT, ref TEXT, PRIMARY KEY (sort, value, ref)) WITHOUT ROWID"
            )
            index.execute("BEGIN")
            for lines in (self._in_the_books(), self._in_the_table()):
                index.executemany("INSERT OR IGNORE INTO known VALUES (?, ?, ?)", lines)
            self._index = index
        return self._index

    def _in_the_books(self) -> Iterator[tuple[str, str, str]]:
        query = Contact.objects.filter(listed(), business=self._business, erased_at=None).order_by("pk")
        rows = iter(query.values_list("pk", "public_id", "name", "phone", "email").iterator(chunk_size=CHUNK))
        while part := list(islice(rows, CHUNK)):
            ids: dict[int, str] = {}
            named = Identity.objects.filter(contact__in=[row[0] for row in part], source=self._source)
            for pk, name in named.order_by("-pk").values_list("contact_id", "external_id"):
                ids[pk] = name
            for pk, public_id, name, phone, email in part:
                ref = ids.get(pk, public_id)
                yield from _lines(ref, {"name": name, "phone": phone, "email": email, "id": ref})
                yield "id", public_id, ref

    def _in_the_table(self) -> Iterator[tuple[str, str, str]]:
        for told in self._own() if self._own is not None else ():
            contact = told.raw["data"].get("contact") if isinstance(told, Told) else None
            if isinstance(contact, dict):
                ref = str(contact["external_id"])
                yield from _lines(ref, {**{key: contact.get(key) for key in ("name", "phone", "email")}, "id": ref})


def _lines(ref: str, told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for sort, value in told.items():
        plain = _comparable(sort, str(value)) if value else ""
        if plain:
            yield sort, plain, ref


def _comparable(sort: str, value: str) -> str:
    return identity.folded(value) if sort == "name" else value
