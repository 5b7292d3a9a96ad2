"""``python -m tests.soak --database postgres|sqlite --operations N --clients N --seed S --seconds MAX``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.soak.proving import soak


def main() -> int:
    """Run one soak and print its counts; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__, allow_abbrev=False)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--operations", type=int, default=100_000, help="send at least so many (default: 100000)")
    parser.add_argument("--clients", type=int, default=16, help="at once (default: 16)")
    parser.add_argument("--seed", type=int, default=1, help="of what is sent and who is killed (default: 1)")
    parser.add_argument("--seconds", type=float, default=3600, help="begin nothing new after so long (default: 3600)")
    parser.add_argument("--kill-every", type=float, nargs=2, default=(4, 12), metavar=("FROM", "TO"), help="seconds")
    parser.add_argument("--keep", metavar="FOLDER", help="work in this empty folder and leave it as it is in the end")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="goodword-soak-") as name:
        folder = Path(args.keep or name)
        folder.mkdir(exist_ok=True)
        report = soak(
            folder, database=args.database, operations=args.operations, clients=args.clients, seed=args.seed,
            seconds=args.seconds, kill_every=tuple(args.kill_every),
        )  # fmt: skip
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
