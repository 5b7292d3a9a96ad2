"""``goodword books check``: proves the ledger; every law that does not hold is named with its rows."""

from __future__ import annotations

import argparse
import sys

from goodword.business.models import Business
from goodword.errors import NotFound
from goodword.ledger import checking, opening


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose books."""
    parser.add_argument("--business", metavar="SLUG", help="one business; without it, all of them")


def run(args: argparse.Namespace) -> int:
    """Print “the books hold” and return 0, or print every fault and return 1."""
    business = business_id(args.business)
    faults = checking.faults(book=None if business is None else opening.book_of(business=business))
    for fault in faults:
        print(fault)
    if faults:
        print(f"goodword: the books do not hold: {len(faults)} findings", file=sys.stderr)
        return 1
    print("the books hold")
    return 0


def business_id(slug: str | None) -> int | None:
    """Return the id of a business; None for None.

    Raises:
        NotFound: ``business_not_found``, with the slugs there are.
    """
    if slug is None:
        return None
    found = Business.objects.filter(slug=slug).values_list("id", flat=True).first()
    if found is None:
        known = ", ".join(Business.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
        raise NotFound("business_not_found", f"there is no business “{slug}”; there are: {known}")
    return int(found)
