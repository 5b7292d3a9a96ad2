"""``goodword backup check``: reads a whole backup and says whether it is what was kept."""

from __future__ import annotations

import argparse
from pathlib import Path

from goodword.flow.restoring import check


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file."""
    parser.add_argument("file", metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Print what the backup holds and return 0."""
    told = check(Path(args.file).expanduser())
    print(f"whole: Goodword {told.version}, made {told.made_at} from {told.database}")
    print(f"{told.rows:,} rows in {len(told.tables)} tables, {len(told.files)} files")
    return 0
