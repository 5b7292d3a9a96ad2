"""What the tests of tables share: bytes into rows, rows into what came of them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from goodword.inbox.tables.kinds import guess
from goodword.inbox.tables.reading import Form, detect, header, rows
from goodword.inbox.tables.translating import Context, Fault, Told, translate

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
UTF8 = Form(encoding="utf-8", delimiter=",", decimal=".", dates="ymd")


def context(**changed: Any) -> Context:
    usual = {
        "currency": "USD", "zone": "America/Denver", "country": "US", "fallback_time": NOW, "batch": 7, "source": "old",
        "words": {}, "prices": {}, "now": NOW,
    }  # fmt: skip
    return Context(**{**usual, **changed})


def came_of(
    kind: str, text: str, *, mapping: dict[str, str] | None = None, form: Form | None = None, **changed: Any
) -> list[Told | Fault]:
    """Translate a table that is written here, by its headers unless a mapping is given."""
    data = text.encode()
    form = detect(data) if form is None else form
    mapping = guess(kind, header(io.BytesIO(data), form)) if mapping is None else mapping
    found = rows(io.BytesIO(data), form)
    return list(translate(kind, found, form=form, mapping=mapping, context=context(**changed)))


def told(found: list[Told | Fault]) -> list[Told]:
    return [each for each in found if isinstance(each, Told)]


def faults(found: list[Told | Fault]) -> list[tuple[int, str, str]]:
    return [(each.row, each.field, each.code) for each in found if isinstance(each, Fault)]


def one(kind: str, text: str, **changed: Any) -> Told:
    """Return the only event of a table, which had no fault."""
    found = came_of(kind, text, **changed)
    assert faults(found) == []
    (single,) = told(found)
    return single
