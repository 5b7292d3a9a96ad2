"""Throw-away databases with our tables: a SQLite file or a PostgreSQL cluster, and Django set up over it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


def analyze() -> None:
    """Do what autovacuum does within a minute: plans made when the tables were empty are made anew."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def opened(vendor: str, *, keep: Path | None = None) -> Iterator[None]:
    """Set Django up over a new database of this vendor (once per process), migrate it, remove it afterwards.

    Args:
        keep: a folder whose SQLite file is used, made where it is missing, and left there. A PostgreSQL server is kept
            by ``python -m tests.postgres run -- sh``, which tells its address in GOODWORD_TEST_DATABASE_URL.

    Both run without waiting for the disk, as in the tests: what is measured is work, not the disk.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="goodword-bench-")))
        for name in [n for n in os.environ if n.startswith("GOODWORD_") and not n.startswith("GOODWORD_TEST_")]:
            del os.environ[name]
        data = keep.resolve() if keep is not None and vendor == "sqlite" else folder / "data"
        os.environ["GOODWORD_DATA"] = str(data)
        data.mkdir(parents=True, exist_ok=True)
        if vendor == "postgresql":
            from tests.postgres import cluster

            server = folder / "server"
            server.mkdir()
            folder.chmod(0o755)
            running = os.environ.get("GOODWORD_TEST_DATABASE_URL")
            os.environ["GOODWORD_DATABASE_URL"] = running or stack.enter_context(cluster(server))
        os.environ["DJANGO_SETTINGS_MODULE"] = "goodword.config.settings"
        import django

        django.setup()
        import logging

        from django.core.management import call_command
        from django.db import connection

        logging.disable(logging.WARNING)
        if vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")
        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connection.close()
