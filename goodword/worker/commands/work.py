"""``goodword work``: a worker alone: settles events, sends messages, keeps the clock."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from goodword.worker.commands.serve import refuse_unmigrated
from goodword.worker.working import work


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to stop when nothing is left to do."""
    parser.add_argument("--once", action="store_true", help="do what is due, then stop")


def run(args: argparse.Namespace) -> int:
    """Work until SIGINT or SIGTERM; the batch in hand is finished first. Return 0."""
    refuse_unmigrated()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    print("goodword works: events, messages, clock", file=sys.stderr, flush=True)
    work(stopping=stopping, once=args.once)
    return 0
