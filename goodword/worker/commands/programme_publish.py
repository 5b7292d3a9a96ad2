"""``goodword programme publish FILE``: the programme's next revision, in force (rulings 12)."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from goodword.engine.programme import check
from goodword.engine.wording.terms import explain
from goodword.flow.publish import publish
from goodword.worker.choosing import the_business
from goodword.worker.commands.programme_check import read_document
from goodword.worker.commands.programme_explain import LANGUAGES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE and the business."""
    parser.add_argument("file", metavar="FILE", help="the programme, YAML or JSON; - reads standard input")
    parser.add_argument("--business", metavar="SLUG", help="default: the only one")


def run(args: argparse.Namespace) -> int:
    """Publish, print the terms in force and since when, and return 0; print every fault and return 1."""
    text = read_document(args.file)
    business = the_business(args.business)
    programme, faults, warnings = check(text)
    for fault in (*faults, *(f"warning: {warning}" for warning in warnings)):
        print(f"{args.file}: {fault}", file=sys.stderr)
    if programme is None:
        return 1
    revision = publish(business=business, text=text, actor="command line", now=datetime.now(UTC))
    since = revision.starts_at.astimezone(ZoneInfo(business.timezone))
    print(f"{business.slug}: {programme.name}, revision {revision.number}, in force from {since:%Y-%m-%d %H:%M %Z}")
    language = business.language if business.language in LANGUAGES else "en"
    print("\n".join(explain(programme, language)))
    return 0
