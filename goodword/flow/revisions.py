"""A business's published programmes as the engine sees them: immutable, so parsed once."""

from __future__ import annotations

from functools import lru_cache

from goodword.business.models import Business
from goodword.engine.programme import Programme, parse
from goodword.engine.records import Revision
from goodword.flow.querying import read
from goodword.ledger.sql import instant
from goodword.programmes import models


@lru_cache(maxsize=512)
def parsed(document: str) -> Programme:
    """Return a published document as a programme."""
    return parse(document)


def revisions_of(business: Business) -> dict[str, list[Revision]]:
    """Return the revisions of every programme, oldest first, each in force until the next one's (rulings 12)."""
    found: dict[str, list[Revision]] = {}
    rows = read(
        models.Revision, "p.business_id = %s", [business.pk], order="t.programme_id, t.number",
        join="JOIN programmes_programme p ON p.id = t.programme_id", beside=("p.slug", "p.ended_at"),
    )  # fmt: skip
    for row in rows:
        slug, ended_at = row.beside
        line = found.setdefault(slug, [])
        if line:
            line[-1].end = row.starts_at
        end = instant(ended_at)
        line.append(Revision(parsed(row.document), row.number, start=row.starts_at, end=end, pk=row.pk))
    return found
