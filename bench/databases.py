"""Copies of the open database, and switching between them in one process, so that two sizes are measured in turns."""

from __future__ import annotations

import shutil
from pathlib import Path


def copied(name: str) -> str:
    """Copy the open database as it is; return what :func:`use` takes."""
    from django.db import connection

    here = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        copy = Path(here).with_name(f"{name}.sqlite3")
        shutil.copy(here, copy)
        return str(copy)
    use("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{here}"')
    use(here)
    return name


def use(name: str) -> None:
    """Let Django's connection be to this database from now on."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
