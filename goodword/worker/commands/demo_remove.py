"""``goodword demo remove``: takes the demo business away, its books too; nothing else is touched."""

from __future__ import annotations

import argparse
import sys

from goodword.business.models import Business
from goodword.errors import Invalid, NotFound
from goodword.flow.demo import remove_demo
from goodword.worker.demo import loading


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and whether to ask."""
    parser.add_argument("--business", metavar="SLUG", help="default: the demo; any other is refused")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace) -> int:
    """Remove the demo and return 0; return 1 when the answer is no."""
    business = _which(args.business)
    if business is None:
        print("There is no demo here.")
        return 0
    if business.is_demo and not args.yes:
        if not sys.stdin.isatty():
            raise Invalid("unconfirmed", "nobody to ask here; say --yes to remove the demo")
        answer = input(f"Remove {business.name} ({business.slug}) and all its books? [y/N] ")
        if answer.strip().lower() not in {"y", "yes"}:
            print("Nothing was removed.")
            return 1
    remove_demo(business=business)
    print(f"{business.name} is removed.")
    return 0


def _which(slug: str | None) -> Business | None:
    if slug is None:
        return loading.demo_business()
    found = Business.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound("business_not_found", f"there is no business “{slug}”")
    return found
