"""``goodword programme explain FILE --lang sv``: the terms in plain words."""

from __future__ import annotations

import argparse
import sys

from goodword.engine.programme import check
from goodword.engine.wording.terms import explain
from goodword.worker.commands.programme_check import read_document, refuse_foreign_currency

LANGUAGES = ("en", "sv", "ar")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE and the language."""
    parser.add_argument("file", metavar="FILE", help="the programme, YAML or JSON; - reads standard input")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the terms (default: en)")
    parser.add_argument("--business", metavar="SLUG", help="the business it is meant for")


def run(args: argparse.Namespace) -> int:
    """Print the terms and return 0; print the faults on standard error and return 1 when it is not valid."""
    programme, faults, _ = check(read_document(args.file))
    if programme is None or faults:
        for fault in faults:
            print(f"{args.file}: {fault}", file=sys.stderr)
        return 1
    if args.business:
        refuse_foreign_currency(programme.currency, business=args.business)
    print("\n".join(explain(programme, args.lang)))
    return 0
