"""``goodword vouchers missing-serials``: cards of a print run that were never entered."""

from __future__ import annotations

import argparse

from goodword.reports import stock
from goodword.worker.choosing import the_business

MOST = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose, and of which prefix."""
    parser.add_argument("--business", metavar="SLUG", help="default: the only one")
    parser.add_argument("--prefix", metavar="PREFIX", help="default: each")


def run(args: argparse.Namespace) -> int:
    """Print a line for each gap; return 1 when there is one, 0 when no serial is missing."""
    found = stock.missing(business=the_business(args.business), prefix=args.prefix, limit=MOST)
    for gap in found:
        print(gap.serials if gap.count == 1 else f"{gap.serials}  {gap.count:,} serials")
    return 1 if found else 0
