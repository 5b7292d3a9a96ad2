"""100,000 vouchers issued in one batch, beside COPY of the very rows it makes into a copy of the database.

The limit is a program that knows the outcome: vouchers with their codes sealed, lots, transfers, entry, sale and
event are read back and copied in, one transaction. It draws no serials, makes no codes and encrypts nothing.
``python -m bench.issuing postgresql [count]``.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from bench.database import opened
from bench.settling import Batch, Hand, timed
from bench.telling import ROUNDS, line, middle
from bench.workload import NOW

TABLES = (
    "inbox_event", "ledger_entry", "ledger_account", "ledger_transfer", "vouchers_batch", "vouchers_sale",
    "vouchers_voucher",
)  # fmt: skip


def main(vendor: str, count: int) -> None:
    """Issue in turns, one batch a round, and print the medians as a ratio."""
    with opened(vendor):
        from goodword.flow.opening import open_business
        from goodword.flow.submit import submit

        business = open_business(
            name="Fern", currency="GBP", timezone="Europe/London", country="GB", language="en", now=NOW
        ).business
        data: dict[str, Any] = {"kind": "sold", "value": 4000, "payment": {"method": "till"}}
        submit(business=business, type="voucher.issued", data=data, actor="bench", now=NOW)
        hand = Hand("hand")
        ours, copied, plain = [], [], []
        for _ in range(ROUNDS):
            before = _newest()
            begun = time.perf_counter()
            submit(business=business, type="voucher.issued", data={**data, "count": count}, actor="bench", now=NOW)
            ours.append(time.perf_counter() - begun)
            batch = _rows_since(before)
            (copied if vendor == "postgresql" else plain).append(
                timed(hand.copy if vendor == "postgresql" else hand.insert, [batch])
            )
        limit = copied or plain
        print(f"  {count:,} vouchers in one batch: {middle(ours):.1f} s")
        line("issued", count / middle(ours), count / middle(limit), of="COPY" if copied else "executemany")


def _newest() -> dict[str, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{t}', coalesce(max(id), 0) FROM {t}" for t in TABLES))
        return dict(cursor.fetchall())


def _rows_since(before: dict[str, int]) -> Batch:
    from django.db import connection

    found: Batch = {}
    text = "::text" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            columns = [column[0] for column in cursor.description]
            wanted = ", ".join(f'"{c}"{text}' for c in columns)
            cursor.execute(f"SELECT {wanted} FROM {table} WHERE id > %s ORDER BY id", [before[table]])
            found[table] = (columns, [tuple(row) for row in cursor.fetchall()])
    return found


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
