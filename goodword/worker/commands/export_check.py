"""``goodword export check``: reads a whole export and says whether it is what was written."""

from __future__ import annotations

import argparse
from pathlib import Path

from goodword.flow.bringing_in import check


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file."""
    parser.add_argument("file", metavar="FILE.zip")


def run(args: argparse.Namespace) -> int:
    """Print what the export holds and return 0."""
    told = check(Path(args.file).expanduser())
    print(f"whole: {told.business['name']}, Goodword {told.version}, as of {told.made_at}")
    print(f"{told.rows:,} rows in {len(told.tables)} tables, {len(told.parts)} files")
    return 0
