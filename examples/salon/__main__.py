"""``python -m examples.salon --out DIR``: the salon's receipts as ``events.jsonl``."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from examples.salon.events import history, read_sales
from examples.salon.referrals import invent
from examples.salon.tables import RECEIPTS, find_data


def main(argv: list[str] | None = None) -> int:
    """Write the events and say what they hold; 2 when the exports are not there."""
    parser = argparse.ArgumentParser(prog="python -m examples.salon", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where events.jsonl is written")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the exports; default: ../shared/data/salon")
    args = parser.parse_args(argv)
    data = find_data(args.data)
    if data is None:
        sys.stderr.write(
            f"no “{RECEIPTS}” in {args.data or '../shared/data/salon'}; say --data where the exports are\n"
        )
        return 2
    sales = read_sales(data)
    referrers = invent(sales)
    args.out.mkdir(parents=True, exist_ok=True)
    kinds: Counter[str] = Counter()
    file = args.out / "events.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for event in history(data, referrers, sales):
            kinds[event["type"]] += 1
            stream.write(json.dumps(event, ensure_ascii=False) + "\n")
    lines = sum(len(sale.told.rows) for sale in sales)
    receipts = len({sale.receipt for sale in sales})
    sys.stdout.write(
        f"{file}: {kinds['contact.saved']} clients, {kinds['ticket.closed']} tickets of {receipts} receipts in {lines} "
        f"lines, {kinds['appointment.booked']} appointments, {len(referrers)} invented referrals\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
