"""One contact's event beside 10,000 and beside 200,000 rewards of others: the same statements, plans and time.

PostgreSQL. The crowd is made by SQL from one settled reward, each with a contact, wallet, lot, entry and transfer of
its own. The limit is the same event in the small database.
"""

from __future__ import annotations

import re
import time
from typing import Any

from bench.database import analyze, opened
from bench.telling import line, middle
from bench.workload import NOW, PROGRAMME, events

CROWDS = (10_000, 200_000)
TRIES = 25
BIG = ("people_contact", "people_identity", "people_walletowner", "ledger_wallet", "ledger_account", "ledger_entry",
       "ledger_transfer", "rewards_reward", "inbox_event", "inbox_decision", "work_ticket")  # fmt: skip
# table -> columns that are the row's own; every other column is the model row's
OWN = {
    "people_contact": {
        "public_id": "'con_x' || n",
        "code": "'X' || n",
        "phone": "NULL",
        "email": "'x' || n || '@example.com'",
    },
    "people_identity": {"contact_id": "n", "external_id": "'x' || n"},
    "ledger_wallet": {},
    "people_walletowner": {"wallet": "n", "contact_id": "n"},
    "inbox_event": {"public_id": "'evt_x' || n", "external_id": "'x' || n"},
    "work_ticket": {
        "public_id": "'tkt_x' || n",
        "external_id": "'x' || n",
        "contact_id": "n",
        "holder_id": "n",
        "job_id": "NULL",
    },
    "ledger_entry": {"key": "'x' || n", "event_id": "n"},
    "ledger_account": {"wallet_id": "n", "opened_by_id": "n", "grant_key": "'x' || n"},
    "ledger_transfer": {"entry_id": "n", "credit_id": "n"},
    "rewards_reward": {"public_id": "'rwd_x' || n", "holder_id": "n", "event_id": "n", "ticket_id": "n", "lot": "n"},
    "inbox_decision": {"event_id": "n", "contact": "n", "reward": "n"},
}
OFFSET = 1_000_000


def crowd(model: dict[str, int], first: int, last: int) -> None:
    """Copy the model rows for n from ``first`` to ``last``."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table, own in OWN.items():
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            columns = [column[0] for column in cursor.description]
            values = [{"id": "n", **own}.get(column, f'm."{column}"') for column in columns]
            names = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} m,"
                f" generate_series({OFFSET + first}, {OFFSET + last}) n WHERE m.id = {model[table]}"
            )
    analyze()


def model_rows() -> dict[str, int]:
    """Return the rows of one ticket's points: the newest reward and all that belongs to it."""
    from goodword.inbox.models import Decision
    from goodword.ledger.models import Account, Transfer
    from goodword.people.models import Identity, WalletOwner
    from goodword.rewards.models import Reward

    reward = Reward.objects.filter(rule="points").order_by("-pk")[0]
    lot = Account.objects.get(pk=reward.lot)
    owner = WalletOwner.objects.get(contact_id=reward.holder_id)
    assert lot.opened_by_id is not None
    assert reward.ticket_id is not None
    return {
        "people_contact": reward.holder_id, "people_identity": Identity.objects.get(contact_id=reward.holder_id).pk,
        "ledger_wallet": owner.wallet, "people_walletowner": owner.pk, "inbox_event": reward.event_id,
        "work_ticket": reward.ticket_id, "ledger_entry": lot.opened_by_id, "ledger_account": lot.pk,
        "ledger_transfer": Transfer.objects.get(entry_id=lot.opened_by_id).pk, "rewards_reward": reward.pk,
        "inbox_decision": Decision.objects.get(reward=reward.pk).pk,
    }  # fmt: skip


def one_by_one(business: Any, phase: int) -> tuple[list[float], list[str], list[str]]:
    """Settle ``TRIES`` tickets of five new customers, one by one.

    Returns:
        seconds of each, and the statements of one more with their plans.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from goodword.flow.record import record
    from goodword.flow.settle import settle

    people = [
        {"id": f"g{phase}-{n}", "type": "contact.saved", "time": NOW.isoformat(),
         "data": {"contact": {"external_id": f"g{phase}-{n}"}}}
        for n in range(5)
    ]  # fmt: skip
    record(business=business, source="till", raws=people, now=NOW)
    assert settle(business=business, now=NOW) == 5
    taken, statements = [], []
    for turn in range(TRIES + 1):
        name = f"grow{phase}-{turn}"
        data = {"external_id": name, "contact": f"g{phase}-{turn % 5}", "lines": [{"unit_price": 5_000}]}
        raw = {"id": name, "type": "ticket.closed", "time": NOW.isoformat(), "data": {"ticket": data}}
        record(business=business, source="till", raws=[raw], now=NOW)
        if turn == TRIES:
            with CaptureQueriesContext(connection) as captured:
                assert settle(business=business, now=NOW) == 1
            statements = [query["sql"] for query in captured]
            break
        begun = time.perf_counter()
        assert settle(business=business, now=NOW) == 1
        taken.append(time.perf_counter() - begun)
    plans = []
    with connection.cursor() as cursor:
        for statement in statements:
            if statement.startswith("SELECT"):
                cursor.execute("EXPLAIN " + statement.replace("%", "%%"), None)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
    return taken, [re.sub(r"'[^']*'|\d+", "?", statement) for statement in statements], plans


def scans(plans: list[str]) -> list[str]:
    """Return the big tables that are read from end to end."""
    return sorted({table for plan in plans for table in re.findall(r"Seq Scan on (\w+)", plan) if table in BIG})


def main() -> None:
    """Measure beside the small and beside the large crowd."""
    with opened("postgresql"):
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
        model = model_rows()
        found = []
        before = 0
        for place, size in enumerate(CROWDS):
            crowd(model, before + 1, size)
            before = size
            one_by_one(business, 2 * place)  # warms the caches of both alike
            found.append(one_by_one(business, 2 * place + 1))
        (small, few, _), (large, many, plans) = found
        print(f"  statements of one event: {len(few)} beside {CROWDS[0]:,} rewards, {len(many)} beside {CROWDS[1]:,}")
        print(f"  tables read from end to end beside {CROWDS[1]:,}: {', '.join(scans(plans)) or 'none'}")
        line(f"settled beside {CROWDS[1]:,} rewards", 1 / middle(large), 1 / middle(small), of=f"beside {CROWDS[0]:,}")


if __name__ == "__main__":
    main()
