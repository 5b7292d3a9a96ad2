"""A business's published programmes as the engine sees them: immutable, so parsed once."""

from __future__ import annotations

from functools import lru_cache

from goodword.business.models import Business
from goodword.engine.programme import Programme, parse
from goodword.engine.records import Revision
from goodword.programmes import models


@lru_cache(maxsize=512)
def _parsed(document: str) -> Programme:
    return parse(document)


def revisions_of(business: Business) -> dict[str, list[Revision]]:
    """Return the revisions of every programme, oldest first, each in force until the next one's (rulings 12)."""
    found: dict[str, list[Revision]] = {}
    query = models.Revision.objects.filter(programme__business=business).select_related("programme")
    for row in query.order_by("programme_id", "number"):
        line = found.setdefault(row.programme.slug, [])
        if line:
            line[-1].end = row.starts_at
        end = row.programme.ended_at
        line.append(Revision(_parsed(row.document), row.number, start=row.starts_at, end=end, pk=row.pk))
    return found
