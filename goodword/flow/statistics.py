"""What the database knows of its own tables: told anew when much came at once, or is about to go.

Without it a table that was filled a moment ago counts as empty to the planner, which then walks it once for every row
of another. PostgreSQL looks by itself a minute later, SQLite never.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection

MUCH = 10_000  # rows that come at once: below it the database finds its way
SAMPLE = 1_000  # rows of each index that SQLite looks at, instead of all; PostgreSQL samples by itself


def look_again() -> None:
    """Let the database count its tables and the spread of their values; inside a transaction it sees its own rows."""
    names = sorted({model._meta.db_table for model in apps.get_models() if model.__module__.startswith("goodword.")})
    postgresql = connection.vendor == "postgresql"
    which = ", ".join(connection.ops.quote_name(name) for name in names) if postgresql else ""
    with connection.cursor() as cursor:
        if not postgresql:
            cursor.execute(f"PRAGMA analysis_limit = {SAMPLE}")
        cursor.execute(f"ANALYZE {which}".rstrip())
