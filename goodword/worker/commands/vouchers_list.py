"""``goodword vouchers list``: vouchers with what is left of each, newest first; codes are never among it."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from goodword.business.models import Business
from goodword.money import to_major
from goodword.vouchers.models import State, Voucher
from goodword.vouchers.reading import balances, in_state, last_day, state_at
from goodword.worker.choosing import the_business

CHUNK = 1000
COLUMNS = ("serial", "kind", "state", "value", "balance", "currency", "expires_on", "buyer", "recipient")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose, which, and how written."""
    parser.add_argument("--business", metavar="SLUG", help="default: the only one")
    parser.add_argument("--state", choices=State.values, help="default: all")
    parser.add_argument("--csv", action="store_true", help="as CSV with a line of headings")


def run(args: argparse.Namespace) -> int:
    """Print a line for each and return 0."""
    business, now = the_business(args.business), datetime.now(UTC)
    rows = Voucher.objects.filter(business=business).select_related("buyer", "recipient")
    if args.state:
        rows = rows.filter(in_state(args.state, now=now))
    sheet = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    if args.csv:
        sheet.writeheader()
    for told in _told(business, rows, now=now):
        if args.csv:
            sheet.writerow(told)
        else:
            print("{serial:<16} {kind:<11} {state:<8} {balance:>12} {currency}  {expires_on}".format(**told))
    return 0


def _told(business: Business, rows: Any, *, now: datetime) -> Iterator[dict[str, str]]:
    """Yield each voucher as columns, a chunk at a time; amounts are major units."""
    before = None
    while True:
        chunk = list((rows if before is None else rows.filter(pk__lt=before)).order_by("-pk")[:CHUNK])
        if not chunk:
            return
        left = balances(business=business, rows=chunk, now=now)
        for row in chunk:
            yield {
                "serial": row.serial, "kind": row.kind, "state": state_at(row, now=now), "currency": row.currency,
                "value": "" if row.value is None else str(to_major(row.value, row.currency)),
                "balance": str(to_major(left[row.pk], row.currency)),
                "expires_on": str(last_day(business=business, expires_at=row.expires_at) or ""),
                "buyer": row.buyer.public_id if row.buyer else "",
                "recipient": row.recipient.public_id if row.recipient else "",
            }  # fmt: skip
        before = chunk[-1].pk
