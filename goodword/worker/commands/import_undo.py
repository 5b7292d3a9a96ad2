"""``goodword import undo N``: take back all that a table brought, after it was said what that is."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime

from goodword.errors import Invalid
from goodword.flow import bringing
from goodword.flow.bringing_begun import find_import
from goodword.flow.bringing_undo_plan import undo_preview
from goodword.inbox.models import Import
from goodword.worker.choosing import the_business
from goodword.worker.commands.import_ import ACTOR, SHOWN, Teller
from goodword.worker.telling import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and whether to ask."""
    parser.add_argument("number", metavar="N", type=int, help="of the import, as goodword import list tells it")
    parser.add_argument("--business", metavar="SLUG", help="default: the only one")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace) -> int:
    """Undo the import; return 0 when nothing of it stayed, 1 when something did or the answer is no."""
    import_ = find_import(business=the_business(args.business), number=args.number)
    _preview(import_)
    if not args.yes and import_.state != Import.State.UNDOING:
        if not sys.stdin.isatty():
            raise Invalid("unconfirmed", "nobody to ask here; say --yes to undo the import")
        if input("Take all of it back? [y/N] ").strip().lower() not in {"y", "yes"}:
            print("Nothing was taken back.")
            return 1
    progress = Progress(clock=time.monotonic)
    try:
        done = bringing.undo(import_, actor=ACTOR, clock=lambda: datetime.now(UTC), told=Teller(progress).tell)
    finally:
        progress.clear()
    left = done.faults.filter(undoing=True).order_by("pk")
    for each in left[:SHOWN]:
        print(f"stays: {each.value}: {each.code}", file=sys.stderr)
    count = left.count()
    print(f"import {done.number} is undone" + (f"; {count:,} things stay as they are" if count else ""))
    return 1 if count else 0


def _preview(import_: Import) -> None:
    seen = undo_preview(import_)
    parts = {
        "receipts": seen.receipts, "jobs": seen.jobs, "referrals": seen.referrals, "balances": seen.balances,
        "vouchers": seen.vouchers,
        "customers at most": seen.customers,
    }  # fmt: skip
    told = ", ".join(f"{count:,} {name}" for name, count in parts.items() if count) or "nothing"
    print(f"import {import_.number} of {import_.file_name} ({import_.kind}): takes back {told}")
    for code, count in sorted(seen.left.items()):
        print(f"stays: {count:,}: {code}")
