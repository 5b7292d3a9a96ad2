"""``goodword programme check FILE``: valid, or every fault with its line and what to write instead."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import django

from goodword.engine.parsing import MAX_BYTES
from goodword.engine.programme import check
from goodword.errors import Invalid, NotFound, Refused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, and the business whose programme it is to be."""
    parser.add_argument("file", metavar="FILE", help="the programme, YAML or JSON; - reads standard input")
    parser.add_argument("--business", metavar="SLUG", help="the business it is meant for")


def run(args: argparse.Namespace) -> int:
    """Print “valid” and return 0, or print every fault and return 1."""
    programme, faults, warnings = check(read_document(args.file))
    if programme is not None and args.business:
        refuse_foreign_currency(programme.currency, business=args.business)
    for warning in warnings:
        print(f"{args.file}: warning: {warning}")
    for fault in faults:
        print(f"{args.file}: {fault}")
    if programme is None or faults:
        count = len(faults)
        print(f"{args.file}: {count} fault{'' if count == 1 else 's'}", file=sys.stderr)
        return 1
    rules = len(programme.rules)
    print(f"{args.file}: valid: {programme.name}, {rules} rule{'' if rules == 1 else 's'}")
    return 0


def refuse_foreign_currency(currency: str, *, business: str) -> None:
    """Do nothing when the business counts in ``currency``.

    Raises:
        NotFound: ``business_not_found``.
        Refused: ``wrong_currency``.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodword.config.settings")
    django.setup()
    from goodword.business.models import Business  # models can be imported only after the line above

    found = Business.objects.filter(slug=business).values_list("currency", flat=True).first()
    if found is None:
        raise NotFound("business_not_found", f"there is no business “{business}”")
    if found != currency:
        raise Refused("wrong_currency", f"{business} counts in {found}; the programme says currency: {currency}")


def read_document(name: str) -> str:
    """Return the text of a programme's file, or of standard input for ``-``.

    Raises:
        Invalid: ``unreadable_file`` when it is missing, far too large or no UTF-8 text.
    """
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if name == "-" else _first_bytes(Path(name))
        if len(raw) > MAX_BYTES:
            raise Invalid("unreadable_file", f"{name}: larger than {MAX_BYTES // 1024} KiB; this is no programme")
        return raw.decode("utf-8-sig")
    except OSError as fault:
        raise Invalid("unreadable_file", f"{name}: {fault.strerror}") from None
    except UnicodeDecodeError as fault:
        raise Invalid("unreadable_file", f"{name}: no UTF-8 text at byte {fault.start}") from None


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
