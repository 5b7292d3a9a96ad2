"""One customer's balance and statement, and the whole liability, beside 10,000 and beside 1,000,000 lots of others.

The same customer in two copies of one database, opened in turns. Told are statements, how many rows a plan touches
(PostgreSQL) or how many steps the statements run (SQLite), and the medians with their ratio. What is one customer's
must not grow; the liability and the trial balance sum everything, and do.

``python -m bench balances-sqlite`` (or ``-postgresql``); ``python -m bench.balances sqlite 1000 50000`` with others.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.database import opened
from bench.databases import copied, use
from bench.lots import add
from bench.telling import ROUNDS, middle
from bench.workload import NOW, PROGRAMME, START, events

SIZES = (10_000, 1_000_000)
TRIES = 20
STEP = 10  # SQLite counts the steps of its machine in tens
Question = Callable[[], object]


def customer() -> tuple[int, int]:
    """Return the book and the wallet with the most lots, after something of it was spent."""
    from django.db import transaction
    from django.db.models import Count

    from goodword.ledger import recipes
    from goodword.ledger.lots import Portion
    from goodword.ledger.opening import book_of
    from goodword.ledger.posting import post
    from goodword.ledger.reading import open_lots
    from goodword.people.models import WalletOwner
    from goodword.rewards.models import Reward

    busy = Reward.objects.filter(kind="points").values("holder").annotate(n=Count("pk")).order_by("-n", "holder")[0]
    owner = WalletOwner.objects.get(contact_id=busy["holder"])
    book = book_of(business=owner.business_id)
    lot = open_lots(book=book, wallets=[owner.wallet], asset="points")[0]
    cause = recipes.Cause(key="bench", occurred_at=NOW, event_id=None, note="bench")
    with transaction.atomic():
        spent = recipes.spend(cause=cause, portions=[Portion(lot.id, 1)], asset="points")
        post(book=book, postings=[spent], now=NOW)
    return book, owner.wallet


def questions(book: int, wallet: int) -> dict[str, Question]:
    """Return what is asked: the first five of one customer, the last two of the whole book."""
    from goodword.ledger.holding import filled_lots
    from goodword.ledger.reading import balances
    from goodword.ledger.statements import statement
    from goodword.ledger.trial import liability, trial_balance

    mine: dict[str, Any] = {"book": book, "wallets": [wallet]}
    month = START + timedelta(days=150)
    return {
        "balance": lambda: balances(**mine, currency="USD", now=NOW),
        "balance at a past date": lambda: balances(**mine, currency="USD", now=NOW, at=month),
        "what may be spent": lambda: filled_lots(**mine),
        "statement of a month": lambda: statement(**mine, start=month, end=month + timedelta(days=30)),
        "statement of everything": lambda: statement(**mine),
        "liability": lambda: liability(book=book, now=NOW),
        "trial balance": lambda: trial_balance(book=book),
    }


OF_THE_BOOK = ("liability", "trial balance")


def watched(ask: Question) -> tuple[object, int, int, list[str]]:
    """Ask once; return the answer, how many statements it took, what they touched and the plans."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    connection.queries_log.clear()
    if connection.vendor == "sqlite":
        steps = [0]

        def step() -> int:
            steps[0] += 1
            return 0

        connection.connection.set_progress_handler(step, STEP)
        with CaptureQueriesContext(connection) as captured:
            answer = ask()
        connection.connection.set_progress_handler(None, 0)
        return (
            answer,
            len(captured),
            steps[0] * STEP,
            [plan for query in captured for plan in _sqlite_plan(query["sql"])],
        )
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    touched, plans = 0, []
    with connection.cursor() as cursor:
        for query in captured:
            cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + query["sql"].replace("%", "%%"))
            told = cursor.fetchone()[0]
            plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
            touched += sum(_rows(node) for node in _nodes(plan))
            plans += [_named(node) for node in _nodes(plan)]
    return answer, len(captured), touched, plans


def _sqlite_plan(sql: str) -> list[str]:
    from django.db import connection

    rows = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    return [row[3] for row in rows]


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(below for part in plan.get("Plans", []) for below in _nodes(part))]


def _rows(node: dict[str, Any]) -> int:
    """Return the rows that a node took out of a table, those that it threw away included."""
    if "Relation Name" not in node:
        return 0
    return int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])


def _named(node: dict[str, Any]) -> str:
    return " ".join(str(node[key]) for key in ("Node Type", "Relation Name", "Index Name") if key in node)


def reads_all(plans: list[str]) -> list[str]:
    """Return the steps of a plan that read a table of the ledger from end to end."""
    return [
        plan
        for plan in plans
        if re.match(r"(Parallel )?Seq Scan ledger_|SCAN (?!CONSTANT|json_each|m\b|line\b)\w", plan)
    ]


def told(name: str, sizes: tuple[int, int], databases: tuple[str, str], ask: Question) -> list[str]:
    """Measure one question in turns and print it; return what is wrong with it."""
    from django.db import connection

    seen = []
    for database in databases:
        use(database)
        ask()  # reads what both need into the cache
        seen.append(watched(ask))
    taken: dict[int, list[float]] = defaultdict(list)
    tries = 1 if name in OF_THE_BOOK else TRIES
    for _ in range(ROUNDS):
        for size, database in zip(sizes, databases, strict=True):
            use(database)
            ask()
            begun = time.perf_counter()
            for _ in range(tries):
                ask()
            taken[size].append((time.perf_counter() - begun) / tries)
    (small, few, little, plans), (large, many, much, plan) = seen
    ms = [middle(taken[size]) * 1000 for size in sizes]
    unit = "steps" if connection.vendor == "sqlite" else "rows"
    same = "same plan" if plans == plan else "other plan"
    print(
        f"  {name:<26}{few:>3}{many:>3} statements {little:>9,}{much:>12,} {unit}  {same:<11}"
        f"{ms[0]:>9.2f}{ms[1]:>10.2f} ms  ratio {ms[1] / ms[0]:.2f}",
        flush=True,
    )
    if same == "other plan":
        print(f"    beside {sizes[0]:,}: {'; '.join(plans)}\n    beside {sizes[1]:,}: {'; '.join(plan)}")
    if name in OF_THE_BOOK:
        return [] if few == many else [f"{name}: statements grow"]
    wrong = [f"{name}: {step}" for step in reads_all(plan)]
    wrong += [f"{name}: another answer"] if small != large else []
    wrong += [f"{name}: statements grow"] if few != many else []
    return wrong + ([f"{name}: touches more"] if much > little * 1.05 + STEP else [])


def main(vendor: str, sizes: tuple[int, int]) -> int:
    """Build both databases, ask everything, and return how much is wrong: what is one customer's may not grow."""
    with opened(vendor):
        from django.db import connection

        from goodword.flow.opening import open_business
        from goodword.flow.publish import publish
        from goodword.flow.record import record
        from goodword.flow.settle import settle

        business = open_business(
            name="Fern", currency="USD", timezone="America/Denver", country="US", language="en", now=NOW
        ).business
        publish(business=business, text=PROGRAMME, actor="bench", now=NOW)
        record(business=business, source="till", raws=events(500), now=NOW)
        assert settle(business=business, now=NOW) == 500
        book, wallet = customer()
        add(book=book, first=0, last=sizes[0])
        here = connection.settings_dict["NAME"]
        databases = (here, copied("large"))
        use(databases[1])
        begun = time.perf_counter()
        add(book=book, first=sizes[0], last=sizes[1])
        print(f"  {sizes[1] - sizes[0]:,} lots written in {time.perf_counter() - begun:,.0f} s, seals on")
        print(f"  {vendor}, beside {sizes[0]:,} and beside {sizes[1]:,} lots")
        asked = questions(book, wallet)
        wrong = [fault for name, ask in asked.items() for fault in told(name, sizes, databases, ask)]
        use(here)
    print(f"  grows with others' lots: {'; '.join(wrong) or 'nothing that is one customer’s'}")
    return len(wrong)


if __name__ == "__main__":
    few, many = (int(text) for text in sys.argv[2:4]) if len(sys.argv) > 3 else SIZES
    raise SystemExit(main(sys.argv[1], (few, many)))
