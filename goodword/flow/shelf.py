"""A folder of files that people fetch: which there are, one at a time being made, how far it is, why it failed."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from goodword.errors import Conflict, NotFound

MAKING, FAULT, LOCK = ".making.json", ".fault.txt", ".making.lock"
SILENT = 600  # seconds without a word after which the one being made is dead, whoever has its process number now


@dataclass(frozen=True, slots=True)
class Kept:
    """One file that is here."""

    name: str
    size: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Making:
    """The file that is being made: since when, at which table, how many rows are done."""

    since: datetime
    table: str
    rows: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """Files of one kind in a folder that only this system's user may look in.

    Attributes:
        pattern: which names of the folder are such files.
        not_found: the refusal of a name that is not in the list.
        running: the refusal of a second one while one is being made.
    """

    folder: Path
    pattern: str
    not_found: NotFound
    running: Conflict

    def kept(self) -> list[Kept]:
        """Return the files of the folder, newest first."""
        found = []
        for path in self.folder.glob(self.pattern):
            with suppress(FileNotFoundError):
                told = path.stat()
                found.append(Kept(path.name, told.st_size, datetime.fromtimestamp(told.st_mtime, tz=UTC)))
        return sorted(found, key=lambda each: each.name, reverse=True)

    def path_of(self, name: str) -> Path:
        """Return the path of a file that is here; every name that is not in the list is refused, whatever it is."""
        if name not in {each.name for each in self.kept()}:
            raise self.not_found
        return self.folder / name

    def remove(self, name: str) -> None:
        """Remove one file."""
        self.path_of(name).unlink(missing_ok=True)

    def keep_newest(self, count: int) -> list[str]:
        """Remove all but the newest ``count`` and return the names of those that went."""
        gone = [each.name for each in self.kept()[max(count, 1) :]]
        for name in gone:
            self.remove(name)
        return gone

    def being_made(self) -> Making | None:
        """Return the one that is being made now; what a dead process left is not one."""
        told = self._read()
        if told is None or not _alive(int(told["pid"])) or self._silence() > SILENT:
            return None
        return Making(datetime.fromisoformat(told["since"]), str(told["table"]), int(told["rows"]))

    def last_fault(self) -> str:
        """Return why the last one was not made; empty when it was."""
        path = self.folder / FAULT
        return path.read_text(encoding="utf-8").strip()[-500:] if path.exists() else ""

    @contextmanager
    def making(self, *, now: datetime) -> Iterator[Callable[[str, int], None]]:
        """Say, for the length of the block, that this process makes one; give what tells how far it is."""

        def tell(table: str, rows: int) -> None:
            self._tell(os.getpid(), now=now, table=table, rows=rows)

        with self._alone():
            told = self._read()
            if told is not None and int(told["pid"]) != os.getpid() and self.being_made() is not None:
                raise self.running
            tell("", 0)
        try:
            yield tell
        finally:
            (self.folder / MAKING).unlink(missing_ok=True)

    def start(self, command: Sequence[str], *, now: datetime) -> None:
        """Begin to make one by ``goodword <command>`` in a process of its own: a page does not wait for it.

        It counts as being made at once, before that process has come to say so.
        """
        with self._alone():
            if self.being_made() is not None:
                raise self.running
            with (self.folder / FAULT).open("wb") as said:
                begun = subprocess.Popen(  # noqa: S603 - our own command, with names that we made
                    [sys.executable, "-m", "goodword.cli", *command],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True,
                )  # fmt: skip
            self._tell(begun.pid, now=now, table="", rows=0)
        threading.Thread(target=begun.wait, daemon=True).start()  # a child that nobody waits for never quite goes

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Look and begin as one: of two that come at once the second sees the first; the system frees a dead one's."""
        with (self.folder / LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _silence(self) -> float:
        """Return for how many seconds nothing was told of the one being made."""
        try:
            return time.time() - (self.folder / MAKING).stat().st_mtime
        except FileNotFoundError:
            return 0

    def _tell(self, pid: int, *, now: datetime, table: str, rows: int) -> None:
        draft = self.folder / f".making.{os.getpid()}"
        draft.write_text(json.dumps({"pid": pid, "since": now.isoformat(), "table": table, "rows": rows}))
        draft.replace(self.folder / MAKING)

    def _read(self) -> dict[str, Any] | None:
        try:
            told = json.loads((self.folder / MAKING).read_text(encoding="utf-8"))
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
