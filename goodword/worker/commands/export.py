"""``goodword export``: the whole data of one business as open files, while it goes on working."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from django.utils import timezone

from goodword.flow import exporting, keeping_exports
from goodword.worker.choosing import the_business
from goodword.worker.telling import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which business, and where to."""
    parser.add_argument("file", metavar="OUT.zip", help="where to; a file that is there is never written over")
    parser.add_argument("--business", metavar="SLUG", help="which one, where there are several")


def run(args: argparse.Namespace) -> int:
    """Make the export, print where it lies, return 0."""
    business, now = the_business(args.business), timezone.now()
    to, progress = Path(args.file).expanduser(), Progress(clock=time.monotonic)
    with keeping_exports.shelf(business).making(now=now) as tell_page:

        def tell(what: str, done: int) -> None:
            progress.tell(what, done)
            tell_page(what, done)

        told = exporting.make(business=business, to=to, now=now, tell=tell)
    progress.clear()
    print(f"{to}  {to.stat().st_size:,} bytes, {told.rows:,} rows in {len(told.tables)} tables")
    print(f"All of {business.name}, README.txt in it tells each file. It holds personal data, but no password or key.")
    if any(table.name == "vouchers.Voucher" and table.rows for table in told.tables):
        print("The codes of vouchers are in it, in clear: whoever has this file can spend them.")
    return 0
