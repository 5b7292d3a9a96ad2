"""``goodword import list``: the tables that were brought in, the newest first."""

from __future__ import annotations

import argparse

from goodword.inbox.models import Import
from goodword.worker.choosing import the_business


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose."""
    parser.add_argument("--business", metavar="SLUG", help="default: the only one")


def run(args: argparse.Namespace) -> int:
    """Print a line for each and return 0."""
    business = the_business(args.business)
    for row in Import.objects.filter(business=business).order_by("-number").iterator():
        print(
            f"{row.number:>4}  {row.created_at:%Y-%m-%d %H:%M}  {row.kind or '-':<12} {row.state:<9} "
            f"{row.rows:>9,} rows  {row.stored_rows:>9,} stored  {row.refused_rows:>7,} refused  {row.file_name}"
        )
    return 0
