"""``goodword backup restore``: brings a backup back into an empty installation and proves its books."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from goodword.flow.restoring import check, restore
from goodword.flow.vouchers.rekeying import unreadable
from goodword.worker.telling import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "--other-key", action="store_true",
        help="go on although the secret key is another: links in messages sent before stop working, and so do codes of"
        " vouchers unless the backup holds its key",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Look the file over, migrate the empty database, fill it, and return 0."""
    path, progress = Path(args.file).expanduser(), Progress(clock=time.monotonic)
    check(path)
    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    told = restore(path=path, other_key=args.other_key, tell=lambda what, done: progress.tell(what, done))
    progress.clear()
    print(f"{told.rows:,} rows and {len(told.files)} files are back, as of {told.made_at}; the books hold")
    if args.other_key and (lost := unreadable()):
        print(f"{lost:,} codes of vouchers were made with the old key and cannot be read: find them by serial")
    print("People sign in again with the passwords they had. Next: goodword serve")
    return 0
