"""``goodword events import EVENTS.jsonl``: bring in a history; run again it goes on where it was."""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from goodword.business.models import Business
from goodword.flow.importing import Imported, Rejected, record_history, settle_history, unsettled
from goodword.worker.choosing import the_business
from goodword.worker.telling import Progress

SHOWN_LINES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, whose events they are, and the source of those that name none."""
    parser.add_argument("events", metavar="EVENTS.jsonl", help="one event a line, as the API takes them, in any order")
    parser.add_argument("--business", metavar="SLUG", help="default: the only one")
    parser.add_argument("--source", metavar="NAME", default="import", help="of events without one (default: import)")


def run(args: argparse.Namespace) -> int:
    """Record everything, then settle it in order; return 1 when some lines were rejected or events were set aside."""
    path = Path(args.events)
    progress = Progress(clock=time.monotonic)
    with path.open("rb") as lines, Rejects(path) as rejects:
        business = the_business(args.business)
        found = _record(lines, business, args.source, rejects, progress)
    progress.restart()
    found.settled = settle_history(
        business=business, clock=_now,
        told=lambda done, of: progress.tell("settled", done, part=done / of if of else None),
    )  # fmt: skip
    progress.clear()
    return _tell(found, business, rejects)


def _record(lines: BinaryIO, business: Business, source: str, rejects: Rejects, progress: Progress) -> Imported:
    size = max(os.fstat(lines.fileno()).st_size, 1)
    try:
        return record_history(
            business=business, source=source, lines=lines, clock=_now, rejected=rejects.add,
            told=lambda done: progress.tell("recorded", done, part=min(lines.tell() / size, 1.0)),
        )  # fmt: skip
    finally:
        progress.clear()


def _now() -> datetime:
    return datetime.now(UTC)


def _tell(found: Imported, business: Business, rejects: Rejects) -> int:
    print(
        f"{business.slug}: {found.lines:,} events read: {found.recorded:,} recorded, "
        f"{found.duplicates:,} known before, {found.rejected.total():,} rejected; {found.settled:,} settled"
    )
    if found.rejected:
        reasons = ", ".join(f"{code} {count:,}" for code, count in sorted(found.rejected.items()))
        print(f"goodword: rejected: {reasons}; each with its reason in {rejects.path}", file=sys.stderr)
    waiting = unsettled(business=business)
    if waiting:
        print(f"goodword: {waiting:,} events are not settled; goodword work tries them again", file=sys.stderr)
    return 1 if found.rejected or waiting else 0


class Rejects:
    """The file beside the events that holds what was not taken: line, code, reason and the line itself.

    It tells of the last run only; where nothing was rejected there is none.
    """

    def __init__(self, events: Path) -> None:
        self._events = events
        self.path = events.with_name(f"{events.name.removesuffix('.jsonl')}.rejected.jsonl")
        self._partial = self.path.with_name(f".{self.path.name}.partial")
        self._stream: BinaryIO | None = None
        self._count = 0

    def __enter__(self) -> Rejects:
        return self

    def add(self, rejected: Rejected) -> None:
        """Write one down; tell the first of them on standard error."""
        problem = rejected.problem
        told = {"line": rejected.line, "code": problem.code, "reason": problem.detail}
        if "pointer" in problem.facts:
            told["pointer"] = problem.facts["pointer"]
        if self._stream is None:
            self._stream = self._partial.open("wb")
        text = rejected.text.decode("utf-8", errors="replace").rstrip("\r\n")
        self._stream.write(msgspec.json.encode({**told, "text": text}) + b"\n")
        self._count += 1
        if self._count <= SHOWN_LINES:
            where = f" at {told['pointer']}" if told.get("pointer") else ""
            reason = " ".join(problem.detail.split())
            print(f"{self._events}: line {rejected.line}: {problem.code}{where}: {reason}", file=sys.stderr)

    def __exit__(self, kind: object, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()
            self._partial.replace(self.path)
        elif kind is None:
            self.path.unlink(missing_ok=True)
