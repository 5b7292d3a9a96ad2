"""``goodword backup make``: everything of this installation in one file, while it goes on working."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from django.utils import timezone

from goodword.flow import backing_up
from goodword.flow.keeping_backups import keep_newest, making
from goodword.worker.telling import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and how many to keep."""
    parser.add_argument("--to", metavar="FILE", help="default: a name with the time in GOODWORD_DATA/backups")
    parser.add_argument("--keep", type=int, metavar="N", help="afterwards remove all but the newest N of that folder")


def run(args: argparse.Namespace) -> int:
    """Make the backup, print where it lies, return 0."""
    now, progress = timezone.now(), Progress(clock=time.monotonic)
    to = Path(args.to).expanduser() if args.to else backing_up.folder() / backing_up.name_for(now)
    with making(now=now) as tell_page:

        def tell(what: str, done: int) -> None:
            progress.tell(what, done)
            tell_page(what, done)

        told = backing_up.make(to=to, now=now, tell=tell)
    progress.clear()
    print(f"{to}  {to.stat().st_size:,} bytes, {told.rows:,} rows, {len(told.files)} files")
    print(
        "It holds personal data"
        + (" and the secret key" if told.key_included else "")
        + ": keep it where only you can read it."
    )
    if args.keep is not None:
        for gone in keep_newest(args.keep):
            print(f"removed {gone}")
    return 0
