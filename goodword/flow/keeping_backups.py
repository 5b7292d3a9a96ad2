"""The backups of this installation: which there are, one at a time being made, the old ones going."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from goodword.business.models import Business, Membership, User
from goodword.errors import Conflict, NotFound
from goodword.flow.backing_up import folder

MAKING, FAULT = ".making.json", ".fault.txt"
PATTERN = "goodword-*Z.zip"


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup that is here."""

    name: str
    size: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Making:
    """The backup that is being made: since when, at which table, how many rows are done."""

    since: datetime
    table: str
    rows: int


def kept() -> list[Kept]:
    """Return the backups of the folder, newest first."""
    found = []
    for path in folder().glob(PATTERN):
        with suppress(FileNotFoundError):
            told = path.stat()
            found.append(Kept(path.name, told.st_size, datetime.fromtimestamp(told.st_mtime, tz=UTC)))
    return sorted(found, key=lambda each: each.name, reverse=True)


def path_of(name: str) -> Path:
    """Return the path of a backup that is here.

    Raises:
        NotFound: ``backup_not_found``; for every name that is not in the list, whatever it looks like.
    """
    if name not in {each.name for each in kept()}:
        raise NotFound("backup_not_found", "there is no backup of that name")
    return folder() / name


def remove(name: str) -> None:
    """Remove one backup.

    Raises:
        NotFound: ``backup_not_found``.
    """
    path_of(name).unlink(missing_ok=True)


def keep_newest(count: int) -> list[str]:
    """Remove all but the newest ``count`` and return the names of those that went."""
    gone = [each.name for each in kept()[max(count, 1) :]]
    for name in gone:
        remove(name)
    return gone


def runs_it_all(person: User) -> bool:
    """Say whether a person owns every business of this installation but demos: a backup holds all of them."""
    owned = Membership.objects.filter(user=person, role="owner").values("business")
    others = Business.objects.filter(is_demo=False).exclude(pk__in=owned)
    return Membership.objects.filter(user=person, role="owner").exists() and not others.exists()


def being_made() -> Making | None:
    """Return the backup that is being made now; what a dead process left is not one."""
    told = _read()
    if told is None or not _alive(int(told["pid"])):
        return None
    return Making(datetime.fromisoformat(told["since"]), str(told["table"]), int(told["rows"]))


def last_fault() -> str:
    """Return why the last backup was not made; empty when it was."""
    path = folder() / FAULT
    return path.read_text(encoding="utf-8").strip()[-500:] if path.exists() else ""


@contextmanager
def making(*, now: datetime) -> Iterator[Callable[[str, int], None]]:
    """Say, for the length of the block, that this process makes a backup; give what tells how far it is.

    Raises:
        Conflict: ``backup_running`` when another process makes one.
    """
    path = folder() / MAKING
    if being_made() is not None:
        raise Conflict("backup_running", "a backup is being made already")

    def tell(table: str, rows: int) -> None:
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps({"pid": os.getpid(), "since": now.isoformat(), "table": table, "rows": rows}))
        draft.replace(path)

    tell("", 0)
    try:
        yield tell
    finally:
        path.unlink(missing_ok=True)


def start() -> None:
    """Begin to make a backup in a process of its own: a page does not wait for it.

    Raises:
        Conflict: ``backup_running``.
    """
    if being_made() is not None:
        raise Conflict("backup_running", "a backup is being made already")
    with (folder() / FAULT).open("wb") as said:
        begun = subprocess.Popen(
            [sys.executable, "-m", "goodword.cli", "backup", "make"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True,
        )  # fmt: skip
    threading.Thread(target=begun.wait, daemon=True).start()  # a child that nobody waits for never quite goes


def _read() -> dict[str, Any] | None:
    try:
        told = json.loads((folder() / MAKING).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return told if isinstance(told, dict) and {"pid", "since", "table", "rows"} <= told.keys() else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
