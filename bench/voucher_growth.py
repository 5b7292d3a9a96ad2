"""What a redemption, a look-up and the lists touch at 10,000 and at 1,000,000 vouchers: the plans and the rows.

``python -m bench.voucher_growth [sizes]``; PostgreSQL. Says of each statement whether its plan and the rows that the
executor really touched are the same at both sizes, and prints them.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from bench.database import opened
from bench.workload import NOW

SIZES = (10_000, 1_000_000)


def main(sizes: tuple[int, ...]) -> None:
    """Grow a business's vouchers from one size to the next and compare what the statements touch."""
    with opened("postgresql"):
        from django.db import connection

        from goodword.business import keys
        from goodword.flow.opening import open_business
        from goodword.flow.submit import submit

        business = open_business(
            name="Fern", currency="GBP", timezone="Europe/London", country="GB", language="en", now=NOW
        ).business
        key, _ = keys.make_key(
            business=business, name="Till", source="till", scopes=["vouchers:redeem"], now=NOW, entropy=b"k" * 32
        )
        have, told = 0, []
        for size in sizes:
            begun = time.perf_counter()
            while have < size:
                count = min(100_000, size - have)
                data = {"kind": "sold", "value": 4000, "payment": {"method": "till"}, "count": count}
                submit(business=business, type="voucher.issued", data=data, actor="bench", now=NOW)
                have += count
            _redeem_one(business)
            print(f"  {size:,} vouchers after {time.perf_counter() - begun:,.0f} s", flush=True)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            told.append(_plans(business, key))
        for name in told[0]:
            same = all(plans[name] == told[0][name] for plans in told)
            shown = " | ".join(dict.fromkeys(plans[name] for plans in told))
            print(f"  {name:<26} {'the same' if same else 'NOT the same'}: {shown}")


def _redeem_one(business: Any) -> None:
    from goodword.flow.submit import submit
    from goodword.vouchers.models import Voucher

    voucher = Voucher.objects.filter(business=business).order_by("-number")[0]
    data = {"voucher": voucher.public_id, "amount": 1}
    submit(business=business, type="voucher.redeemed", data=data, actor="bench", now=NOW)


def _plans(business: Any, key: Any) -> dict[str, str]:
    from django.db.models import Q

    from goodword.flow.vouchers import taking
    from goodword.vouchers.models import Voucher

    some = Voucher.objects.filter(business=business, number=7777).get()
    mine = Voucher.objects.filter(business=business)
    statements: dict[str, tuple[str, Any]] = {
        f"lock by {column}{' for a ticket' if ticket else ''}": (
            taking._statement(column, ticket=bool(ticket)),
            taking._Who(key.digest, column, getattr(some, column), ticket, "by", "at")._asdict(),
        )
        for column, ticket in (("code_index", ""), ("serial", ""), ("public_id", ""), ("serial", "T1"))
    }
    for name, rows in {
        "newest 50": mine.order_by("-id")[:50],
        "newest 50 of a state": mine.filter(state="active").order_by("-id")[:50],
        "queue of a month": mine.filter(state__in=["active", "booked"], expires_at__lt=NOW).order_by("expires_at")[:50],
        "of a sale": Voucher.objects.filter(sale=some.sale_id).order_by("id")[:50],
        "of a buyer or recipient": Voucher.objects.filter(Q(buyer=1) | Q(recipient=1))[:50],
    }.items():
        statements[name] = rows.query.sql_with_params()
    return {name: _shape(sql, values) for name, (sql, values) in statements.items()}


def _shape(sql: str, values: Any) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
        told = cursor.fetchone()[0]
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return " > ".join(_nodes(plan))


def _nodes(plan: dict[str, Any]) -> list[str]:
    over = plan.get("Index Name") or plan.get("Relation Name") or ""
    rows = round(plan["Actual Rows"] * plan["Actual Loops"]) + plan.get("Rows Removed by Filter", 0)
    return [f"{plan['Node Type']} {over} {rows}".replace("  ", " ")] + [
        each for below in plan.get("Plans", ()) for each in _nodes(below)
    ]


if __name__ == "__main__":
    main(tuple(int(text) for text in sys.argv[1:]) or SIZES)
