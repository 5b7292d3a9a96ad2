"""``goodword books check``: proves the ledger; every law that does not hold is named with its rows."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable

from django.utils import timezone

from goodword.business.models import Business
from goodword.errors import NotFound
from goodword.flow import reposting
from goodword.ledger import checking, opening
from goodword.worker.redeciding import Redecided, redecide
from goodword.worker.telling import Progress

SHOWN = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose books, and how deep."""
    parser.add_argument("--business", metavar="SLUG", help="one business; without it, all of them")
    parser.add_argument(
        "--redecide", action="store_true",
        help="decide every settled event again, beside this installation, and compare decisions and balances",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Print “the books hold” and return 0, or print every fault and return 1."""
    business = business_id(args.business)
    faults = checking.faults(book=None if business is None else opening.book_of(business=business))
    _print(faults)
    for each in Business.objects.filter(**({} if business is None else {"pk": business})).order_by("pk"):
        faults += _reposted(each)
        if args.redecide:
            faults += _redecided(each)
    if faults:
        print(f"goodword: the books do not hold: {len(faults)} findings", file=sys.stderr)
        return 1
    print("the books hold")
    return 0


def _reposted(business: Business) -> list[str]:
    progress = Progress(clock=time.monotonic)
    faults = reposting.faults(business, told=lambda done: progress.tell(f"{business.slug}: posting again", done))
    progress.clear()
    _print(faults)
    return faults


def _redecided(business: Business) -> list[str]:
    progress = Progress(clock=time.monotonic)

    def tell(what: str, done: int, part: float | None) -> None:
        progress.tell(f"{business.slug}: {what}", done, part=part)

    found = redecide(business, now=timezone.now(), tell=tell)
    progress.clear()
    print(_summary(business, found))
    _print(found.differences)
    return found.differences


def _summary(business: Business, found: Redecided) -> str:
    untold = f"; {found.untold:,} of customers who were erased could not be compared" if found.untold else ""
    said = "the same" if not found.differences else f"{len(found.differences):,} differences, the first one first"
    return (
        f"{business.slug}: {found.events:,} events decided again, {found.decisions:,} decisions and the balances at"
        f" {found.instants:,} instants compared: {said}{untold}"
    )


def _print(faults: Iterable[str]) -> None:
    told = list(faults)
    for fault in told[:SHOWN]:
        print(fault)
    if len(told) > SHOWN:
        print(f"… and {len(told) - SHOWN:,} more.")


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
