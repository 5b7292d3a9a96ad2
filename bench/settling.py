"""Events recorded and settled per second, in batches of 1, 100 and 1,000, beside the same rows written by hand.

The limit is a program that knows the outcome: after each batch of ours its rows are read back, and are then inserted
into a copy of the database with the same tables, indexes, keys and seals, in one transaction a batch: by plain
``executemany`` and, on PostgreSQL, by COPY. It reads nothing, decides nothing and updates nothing.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.database import analyze, opened
from bench.telling import ROUNDS, line, middle
from bench.workload import NOW, PROGRAMME, events

SIZES = {1: 150, 100: 1_500, 1_000: 4_000}
TABLES = (
    "inbox_event", "people_contact", "people_identity", "work_job", "work_ticket", "referrals_referral",
    "ledger_wallet", "people_walletowner", "ledger_entry", "ledger_account", "ledger_transfer", "rewards_reward",
    "rewards_statuschange", "work_appointment", "work_appointment_tickets", "work_reservation",
    "work_reservation_tickets", "rewards_use", "inbox_decision", "outbox_message",
)  # fmt: skip
Batch = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


class Hand:
    """A copy of the database written to by hand-written SQL."""

    def __init__(self, name: str) -> None:
        from django.db import connection

        self.vendor = connection.vendor
        settings = connection.settings_dict
        connection.close()
        if self.vendor == "sqlite":
            copy = Path(settings["NAME"]).with_name(f"{name}.sqlite3")
            shutil.copy(settings["NAME"], copy)
            self.file = sqlite3.connect(copy, isolation_level=None)
            self.file.execute("PRAGMA journal_mode=WAL")
            self.file.execute("PRAGMA synchronous=OFF")
            self.file.execute("PRAGMA foreign_keys=ON")
            return
        import psycopg

        with connection.cursor() as cursor:
            cursor.connection.autocommit = True
            base = cursor.connection.info.dsn
            password = cursor.connection.info.password
            database = cursor.connection.info.dbname
        connection.close()
        with psycopg.connect(base, password=password, dbname="postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database}"')
        self.server = psycopg.connect(base, password=password, dbname=name)

    def insert(self, batch: Batch) -> None:
        """Write a batch by executemany in one transaction."""
        if self.vendor == "sqlite":
            self.file.execute("BEGIN IMMEDIATE")
            for table, (columns, rows) in batch.items():
                self.file.executemany(_statement(table, columns, "?"), rows)
            self.file.execute("COMMIT")
            return
        with self.server.transaction(), self.server.cursor() as cursor:
            for table, (columns, rows) in batch.items():
                cursor.executemany(_statement(table, columns, "%s"), rows)

    def copy(self, batch: Batch) -> None:
        """Write a batch by COPY in one transaction."""
        with self.server.transaction(), self.server.cursor() as cursor:
            for table, (columns, rows) in batch.items():
                names = ", ".join(f'"{c}"' for c in columns)
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)


def _statement(table: str, columns: list[str], place: str) -> str:
    names = ", ".join(f'"{c}"' for c in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join([place] * len(columns))})"


def newest() -> dict[str, int]:
    """Return the highest key of every table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{t}', coalesce(max(id), 0) FROM {t}" for t in TABLES))
        return dict(cursor.fetchall())


def rows_since(before: dict[str, int]) -> Batch:
    """Read back what a batch inserted, as text where PostgreSQL takes text."""
    from django.db import connection

    found: Batch = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} WHERE id > %s LIMIT 0", [before[table]])
            columns = [column[0] for column in cursor.description]
            text = "::text" if connection.vendor == "postgresql" else ""
            wanted = ", ".join(f'"{c}"{text}' for c in columns)
            cursor.execute(f"SELECT {wanted} FROM {table} WHERE id > %s ORDER BY id", [before[table]])
            rows = [tuple(row) for row in cursor.fetchall()]
            if rows:
                found[table] = (columns, rows)
    return found


def ours(business: Any, raws: list[dict[str, Any]], size: int) -> tuple[float, float, list[Batch]]:
    """Record and settle; return the seconds of each and the rows that every batch made."""
    from goodword.flow.record import record
    from goodword.flow.settle import settle

    recording = settling = 0.0
    batches = []
    for start in range(0, len(raws), size):
        before = newest()
        begun = time.perf_counter()
        record(business=business, source="till", raws=raws[start : start + size], now=NOW)
        recorded = time.perf_counter()
        assert settle(business=business, now=NOW, limit=size) == len(raws[start : start + size])
        settling += time.perf_counter() - recorded
        recording += recorded - begun
        batches.append(rows_since(before))
    return recording, settling, batches


def timed(write: Any, batches: list[Batch]) -> float:
    """Return the seconds that writing the batches takes."""
    begun = time.perf_counter()
    for batch in batches:
        write(batch)
    return time.perf_counter() - begun


def _warmed(business: Any) -> None:
    """Do what a minute of work and autovacuum do."""
    ours(business, events(1_000), 100)
    analyze()


def main(vendor: str) -> None:
    """Measure in turns, five rounds, and print the medians as ratios."""
    with opened(vendor):
        from goodword.flow.opening import open_business
        from goodword.flow.publish import publish

        businesses = {}
        for turn in range(ROUNDS + 1):  # the last one warms up
            for size in SIZES:
                made = open_business(
                    name=f"Fern {turn} {size}", currency="USD", timezone="America/Denver", country="US", language="en",
                    now=NOW,
                ).business  # fmt: skip
                publish(business=made, text=PROGRAMME, actor="bench", now=NOW)
                businesses[turn, size] = made
        _warmed(businesses.popitem()[1])
        hand = Hand("hand")
        copied = Hand("copied") if vendor == "postgresql" else None
        taken: dict[tuple[str, int], list[float]] = defaultdict(list)
        rows = {}
        for turn in range(ROUNDS):
            for size, count in SIZES.items():
                recording, settling, batches = ours(businesses[turn, size], events(count), size)
                taken["record", size].append(recording)
                taken["both", size].append(recording + settling)
                taken["hand", size].append(timed(hand.insert, batches))
                if copied is not None:
                    taken["copy", size].append(timed(copied.copy, batches))
                rows[size] = sum(len(written) for batch in batches for _, written in batch.values())
        for size, count in SIZES.items():
            rate = {what: count / middle(taken[what, size]) for what in ("record", "both", "hand")}
            print(f"  batches of {size:,}: {count:,} events make {rows[size]:,} rows; recorded {rate['record']:,.0f}/s")
            line("recorded and settled", rate["both"], rate["hand"], of="hand-written SQL")
            if copied is not None:
                line("recorded and settled", rate["both"], count / middle(taken["copy", size]), of="COPY")


if __name__ == "__main__":
    main(sys.argv[1])
