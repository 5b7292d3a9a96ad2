"""``goodword backtest FILE EVENTS.jsonl``: what a programme would have given (programme-format.md, rulings 39, 49)."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from goodword.backtest import reporting, runner
from goodword.backtest.reading import Reading, read_history, settings_for
from goodword.backtest.runner import Backtest, world_for
from goodword.engine.programme import Programme, check
from goodword.engine.world import Settings, World
from goodword.errors import Invalid, Refused
from goodword.worker.commands.programme_check import read_document, refuse_foreign_currency
from goodword.worker.telling import Progress

if TYPE_CHECKING:
    from goodword.business.models import Business

SHOWN_LINES = 20
ENGINES = {"local": runner.run}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The programme, the history, where the answer goes, and whose settings hold."""
    parser.add_argument("file", metavar="FILE", help="the programme, YAML or JSON")
    parser.add_argument("events", metavar="EVENTS.jsonl", help="one event a line, as the API takes them, in any order")
    parser.add_argument("--awards", metavar="OUT.jsonl", help="write one line per reward granted or reversed")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON and nothing else")
    parser.add_argument("--business", metavar="SLUG", help="take zone, country, settings and referral codes from it")
    parser.add_argument("--timezone", metavar="ZONE", help="without a business; default: UTC")
    parser.add_argument("--country", metavar="CC", help="how phone numbers are read; default: none is guessed")
    parser.add_argument("--settings", metavar="FILE", help="points_hold and household, YAML or JSON")
    parser.add_argument("--engine", choices=tuple(ENGINES), default="local", help="where to compute (default: local)")


def run(args: argparse.Namespace) -> int:
    """Print the summary and return 0; print the programme's faults and return 1."""
    began = time.perf_counter()
    refuse_two_settings(args)
    write = reporting.awards_writer(Path(args.awards)) if args.awards else None
    programme = read_programme(args.file)
    if programme is None:
        return 1
    business = business_of(args.business, programme) if args.business else None
    settings = settings_of(args, programme, business)
    progress = Progress(clock=time.monotonic)
    gc.disable()  # events are kept to the end: collecting them again and again finds nothing
    try:
        read = read_file(Path(args.events), currency=programme.currency, progress=progress)
        gc.freeze()
        world = world_of(programme, settings, business, read)
        progress.restart()
        found = ENGINES[args.engine](
            programme, read.events, settings, world=world,
            told=lambda done, of: progress.tell("replayed", done, part=done / of),
        )  # fmt: skip
    finally:
        progress.clear()
        gc.unfreeze()
        gc.enable()
    if write is not None:
        write(found)
    found.seconds = time.perf_counter() - began
    tell(found, settings, read, name=programme.name, as_json=args.json)
    return 0


def refuse_two_settings(args: argparse.Namespace) -> None:
    """Raise ``two_settings`` when a business and settings of one's own are both named."""
    own = [f"--{name}" for name in ("timezone", "country", "settings") if getattr(args, name) is not None]
    if args.business and own:
        raise Invalid("two_settings", f"--business brings its own settings: leave out {', '.join(own)}")


def read_programme(file: str) -> Programme | None:
    """Return the programme; None when it is invalid, with every fault and its line on standard error."""
    programme, faults, _ = check(read_document(file))
    for fault in faults:
        print(f"{file}: {fault}", file=sys.stderr)
    return programme


def business_of(slug: str, programme: Programme) -> Business:
    """Return the business of that slug, which counts in the programme's currency.

    Raises:
        NotFound: ``business_not_found``.
        Refused: ``wrong_currency``.
    """
    refuse_foreign_currency(programme.currency, business=slug)
    from goodword.business.models import Business  # models can be imported only after the line above

    return Business.objects.get(slug=slug)


def settings_of(args: argparse.Namespace, programme: Programme, business: Business | None) -> Settings:
    """Return the settings in force: the business's, or those of the arguments over the defaults."""
    if business is None:
        return settings_for(
            currency=programme.currency, timezone=args.timezone, country=args.country,
            file=Path(args.settings) if args.settings else None,
        )  # fmt: skip
    from django.utils import timezone

    from goodword.flow.facts import settings_of as settings_of_business

    return settings_of_business(business, now=timezone.now())


def read_file(path: Path, *, currency: str, progress: Progress) -> Reading:
    """Read the history; say on standard error which lines were no events, the first of them each by itself."""
    with path.open("rb") as lines:
        size = max(os.fstat(lines.fileno()).st_size, 1)
        read = read_history(
            lines, currency=currency,
            told=lambda done: progress.tell("read", done, part=min(lines.tell() / size, 1.0)),
        )  # fmt: skip
    progress.clear()
    for refusal in read.refused[:SHOWN_LINES]:
        print(f"{path}: {line_of(refusal)}", file=sys.stderr)
    more = len(read.refused) - SHOWN_LINES
    if more > 0:
        print(f"{path}: {more:,} more lines refused", file=sys.stderr)
    return read


def line_of(refusal: Refused) -> str:
    """Return a refused line's number, code and reason as one line of text."""
    place = refusal.facts.get("pointer")
    where = f" at {place}" if place else ""
    return f"line {refusal.facts['line']}: {refusal.code}{where}: {' '.join(refusal.detail.split())}"


def world_of(programme: Programme, settings: Settings, business: Business | None, read: Reading) -> World:
    """Return the world to begin in: empty, but that a business's referral codes name their holders."""
    world = world_for(programme, settings)
    if business is not None:
        from goodword.backtest.business import codes_in, give_codes

        give_codes(world, business=business, codes=codes_in(read.events))
    return world


def tell(found: Backtest, settings: Settings, read: Reading, *, name: str, as_json: bool) -> None:
    """Print the summary, for a program or for a person."""
    summary = reporting.summary_of(found, settings)
    if as_json:
        print(msgspec.json.encode(summary).decode())
        return
    print("\n".join(reporting.table(summary, name=name)))
    if read.refused:
        print(f"\n{len(read.refused):,} lines were no events; they are counted under refused", file=sys.stderr)
