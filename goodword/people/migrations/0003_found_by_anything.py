"""What a contact is found by, in one column; who wrote a consent down."""

from __future__ import annotations

from typing import Any

from django.db import connection, migrations, models, transaction
from django.db.utils import DatabaseError

from goodword import identity

CHUNK = 500


def fill(apps: Any, _schema: Any) -> None:
    """Write the column for the contacts that are there."""
    contacts = apps.get_model("people", "Contact").objects
    last = 0
    while rows := list(contacts.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for row in rows:
            row.search_key = identity.search_key(
                name=row.name, phone=row.phone, email=row.email, code=row.code, address=row.address
            )
        contacts.bulk_update(rows, ["search_key"])
        last = rows[-1].pk


def index(_apps: Any, _schema: Any) -> None:
    """Find any part of a word by index on PostgreSQL, where the extension may be made; without it a search reads on.

    SQLite reads the column itself, which takes some tens of milliseconds for a hundred thousand contacts.
    """
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                "CREATE INDEX IF NOT EXISTS contact_search ON people_contact USING gin (search_key gin_trgm_ops)"
            )
    except DatabaseError:  # not ours to make, or not installed
        return


def no_index(_apps: Any, _schema: Any) -> None:
    """Take it away."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS contact_search")


class Migration(migrations.Migration):
    dependencies = [("people", "0002_todos_and_erasure")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="search_key",
            field=models.TextField(
                blank=True, default="", help_text="all it is found by, folded (goodword/identity.py)"
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="actor",
            field=models.CharField(blank=True, default="", help_text="who wrote it down", max_length=200),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index, no_index),
    ]
