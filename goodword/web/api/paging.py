"""Lists a page at a time, newest first; the cursor is signed, so it can only come from us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, QuerySet

from goodword.errors import Invalid

DEFAULT_LIMIT = 50
_SALT = "goodword.api.cursor"

Row = TypeVar("Row", bound=Model)


def written(place: int, *, of: str) -> str:
    """Return the cursor of the page after the row ``place`` in the list ``of``."""
    return signing.Signer(salt=_SALT).sign_object([of, place])


def read(cursor: str | None, *, of: str) -> int | None:
    """Return the row a cursor stands for.

    Raises:
        Invalid: ``bad_cursor``: not ours, or of another list.
    """
    if cursor is None:
        return None
    try:
        name, place = signing.Signer(salt=_SALT).unsign_object(cursor)
    except (signing.BadSignature, ValueError, TypeError):
        name, place = "", 0
    if name != of:
        raise Invalid("bad_cursor", "take “next” of the page before, as it is", parameter="cursor")
    return int(place)


def page(
    rows: QuerySet[Row],
    *,
    of: str,
    cursor: str | None,
    limit: int,
    render: Callable[[list[Row]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """Return ``{"data", "next"}`` of the rows newest first; ``render`` gets a whole page, so it can read in bulk."""
    before = read(cursor, of=of)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    following = written(shown[-1].pk, of=of) if len(found) > limit else None
    return {"data": render(shown), "next": following}
