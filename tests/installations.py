"""Installations of their own, each with its data folder and database, driven through the command line."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def installation(vendor: str, folder: Path) -> Iterator[dict[str, str]]:
    """Give the environment of an empty installation; PostgreSQL brings a database of its own in the cluster."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("GOODWORD_", "DJANGO_"))}
    environment = {**plain, "GOODWORD_DATA": str(folder), "PYTHONPATH": str(ROOT)}
    if vendor == "sqlite":
        yield environment
        return
    import psycopg

    url = os.environ["GOODWORD_TEST_DATABASE_URL"]
    base, _, _ = url.rpartition("/")
    name = f"own_{random.randrange(10**9)}"
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield {**environment, "GOODWORD_DATABASE_URL": f"{base}/{name}"}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def goodword(*arguments: str, environment: dict[str, str], code: int = 0) -> str:
    """Run one command; see that it ends with ``code`` and return what it printed (standard error where it said no)."""
    command = [sys.executable, "-m", "goodword.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, timeout=300, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr[-3000:]
    return done.stdout if code == 0 else done.stderr
