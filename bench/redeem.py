"""Redemptions over HTTP beside the least SQL that is correct, in the same run, against the same tables.

Ours is the whole product: key check, Idempotency-Key, event, ledger, redemption, durable commit, by ``goodword serve``
as it is shipped. The limit is pgbench doing by hand, in one transaction, what may not be left out: know the key, keep
the idempotency key, lock voucher and lot, write event, entry, transfer and redemption, take from the lot. On SQLite the
limit is a bare loop of the same statements in one process. Both wait for the disk. ``python -m bench.redeem postgresql
[vouchers]``.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.database import analyze
from bench.telling import ROUNDS, line, middle

VALUE = 1_000_000_00
SECONDS = 3
DURABLE = "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\nshared_buffers = 256MB\nmax_wal_size = 4GB\n"
BY_HAND = r"""
\set voucher random(:first, :last)
BEGIN;
SELECT k.id AS key, k.business_id AS business, k.source AS source FROM business_apikey k
 WHERE k.digest = :digest AND k.revoked_at IS NULL \gset
INSERT INTO inbox_idempotencykey (business_id, source, key, digest, status, body, created_at)
 VALUES (:business, 'till', 'h' || nextval('bench_seq'), repeat('0', 64), 200, '"{}"', now());
SELECT a.id AS lot, a.book_id AS book FROM vouchers_voucher v JOIN ledger_account a ON a.id = v.lot
 WHERE v.business_id = :business AND v.number = :voucher AND v.prefix = 'FERN' AND v.state IN ('active', 'booked')
 AND (v.expires_at IS NULL OR v.expires_at > now()) FOR NO KEY UPDATE OF v, a \gset
INSERT INTO inbox_event (business_id, public_id, source, external_id, type, rank, time, recorded_at, data, digest,
 state, settled_at, attempts, due_at, code, error, actor) VALUES (:business, 'evt_h' || currval('bench_seq'),
 'goodword', 'h' || currval('bench_seq'), 'voucher.redeemed', 6, now(), now(), '{"amount": 1}', repeat('0', 64),
 'settled', now(), 0, now(), '', '', 'till') RETURNING id AS event \gset
INSERT INTO ledger_entry (book_id, key, recipe, event_id, cause, occurred_at, recorded_at, booked_at)
 VALUES (:book, 'redeem:' || :event, 'spend', :event, 'voucher', now(), now(), now()) RETURNING id AS entry \gset
UPDATE ledger_account SET debits = debits + 1 WHERE id = :lot;
INSERT INTO ledger_transfer (entry_id, debit_id, credit_id, units, asset) VALUES (:entry, :lot, :house, 1, 'USD');
INSERT INTO vouchers_redemption (business_id, public_id, voucher_id, units, returned, at, lot, entry, event_id, actor,
 ticket_source, ticket_name, consumed) SELECT :business, 'red_h' || currval('bench_seq'), v.id, 1, 0, now(), :lot,
 :entry, :event, 'till', '', '', false FROM vouchers_voucher v WHERE v.business_id = :business AND v.prefix = 'FERN'
 AND v.number = :voucher;
COMMIT;
"""


def main(vendor: str, vouchers: int) -> None:
    """Measure in turns and print the medians as ratios; see that every unit is accounted for."""
    with tempfile.TemporaryDirectory(prefix="goodword-bench-") as name, _database(vendor, Path(name)) as url:
        shop = _shop(vouchers)
        taken: dict[str, list[float]] = defaultdict(list)
        waits: dict[str, list[float]] = defaultdict(list)
        with _served(Path(name)) as port:
            _tills(port, shop, clients=16, seconds=2, which=shop["refs"])  # statements are prepared, caches are warm
            analyze()
            for turn in range(ROUNDS):
                taken["hand"].append(_by_hand(vendor, url, shop, clients=16, seed=turn))
                for what, clients, which in (("spread", 16, shop["refs"]), ("hot", 32, shop["refs"][:1])):
                    told = _tills(port, shop, clients=clients, seconds=SECONDS, which=which)
                    taken[what].append(told["rate"])
                    waits[what].append(told["p99"])
        _prove(shop)
        limit = middle(taken["hand"])
        print(f"  {vouchers:,} vouchers, {vendor}; durable commits; p99 in ms:", end=" ")
        print(", ".join(f"{what} {middle(found):.1f}" for what, found in waits.items()))
        of = "pgbench" if vendor == "postgresql" else "a bare loop"
        line("redeemed over HTTP, spread", middle(taken["spread"]), limit, of=of)
        line("redeemed over HTTP, one voucher", middle(taken["hot"]), middle(taken["spread"]), of="spread")


@contextmanager
def _database(vendor: str, folder: Path) -> Iterator[str]:
    from tests.postgres import Server

    for name in [n for n in os.environ if n.startswith("GOODWORD_")]:
        del os.environ[name]
    os.environ["GOODWORD_DATA"] = str(folder / "data")
    (folder / "data").mkdir()
    os.environ["GOODWORD_API_REQUESTS_PER_MINUTE"] = "1000000"
    os.environ["DJANGO_SETTINGS_MODULE"] = "goodword.config.settings"
    server = None
    if vendor == "postgresql":
        place = folder / "server"
        place.mkdir()
        folder.chmod(0o755)
        server = Server(place, settings=DURABLE)
        os.environ["GOODWORD_DATABASE_URL"] = server.url
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    try:
        yield server.url if server else str(connection.settings_dict["NAME"])
    finally:
        connection.close()
        if server:
            server.stop()


def _shop(vouchers: int) -> dict[str, Any]:
    """Open a business with so many vouchers and a till's key; say how long one batch of them took."""
    from django.db import connection

    from goodword.business import keys
    from goodword.flow.opening import open_business
    from goodword.flow.submit import submit
    from goodword.ledger.models import Account
    from goodword.vouchers import finding
    from goodword.vouchers.models import Voucher

    now = datetime.now(UTC)
    business = open_business(
        name="Fern", currency="USD", timezone="America/Denver", country="GB", language="en", now=now
    ).business
    key, secret = keys.make_key(
        business=business, name="Till", source="till", scopes=["vouchers:redeem"], now=now, entropy=os.urandom(32)
    )
    begun = time.perf_counter()
    for start in range(0, vouchers, 100_000):
        data = {"kind": "sold", "value": VALUE, "count": min(100_000, vouchers - start), "payment": {"method": "till"}}
        submit(business=business, type="voucher.issued", data=data, actor="bench", now=now)
    issuing = time.perf_counter() - begun
    first = Voucher.objects.get(number=1)
    submit(
        business=business, type="voucher.redeemed", data={"voucher": first.public_id, "amount": 1}, actor="b", now=now
    )
    keys.note_use(key=key, now=now)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE SEQUENCE bench_seq CACHE 100")
            cursor.execute("VACUUM ANALYZE")
    refs = [finding.code_of(v).replace("-", "") for v in Voucher.objects.order_by("number")[:20_000]]
    house = Account.objects.get(kind="redeemed", asset="USD").pk
    connection.close()
    print(f"  issued {vouchers:,} vouchers in {issuing:.1f} s: {vouchers / issuing:,.0f}/s", flush=True)
    return {
        "business": business, "key": secret, "key_pk": key.pk, "digest": key.digest, "refs": refs, "house": house,
        "vouchers": vouchers, "redeemed": 1, "by_hand": 0,
    }  # fmt: skip


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = (folder / "serve.log").open("w")
    child = subprocess.Popen(
        [sys.executable, "-m", "goodword.cli", "serve", "--no-worker", "--bind", f"127.0.0.1:{port}"],
        stdout=log, stderr=log,
    )  # fmt: skip
    try:
        for _ in range(100):
            with socket.socket() as wire:
                if wire.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        child.terminate()
        child.wait()
        log.close()


def _tills(port: int, shop: dict[str, Any], *, clients: int, seconds: float, which: list[str]) -> dict[str, Any]:
    told = {
        "host": "127.0.0.1", "port": port, "key": shop["key"], "vouchers": which, "clients": clients,
        "seconds": seconds, "seed": time.monotonic_ns(),
    }  # fmt: skip
    _note(shop)
    made = subprocess.run(
        [sys.executable, "-m", "bench.tills"], input=json.dumps(told), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(made.stdout)
    assert set(found["statuses"]) == {"200"}, found
    shop["redeemed"] += found["statuses"]["200"]
    return {"rate": found["statuses"]["200"] / found["seconds"], **found}


def _note(shop: dict[str, Any]) -> None:
    """Note the key's use now, as the first request of each minute does."""
    from django.db import connection

    from goodword.business.models import ApiKey

    ApiKey.objects.filter(pk=shop["key_pk"]).update(last_used_at=datetime.now(UTC))
    connection.close()


def _by_hand(vendor: str, url: str, shop: dict[str, Any], *, clients: int, seed: int) -> float:
    """Return how many redemptions a second the statements written by hand make."""
    if vendor != "postgresql":
        return _bare_loop(url, shop)
    from tests.postgres import binaries

    programs = binaries()
    assert programs is not None
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(BY_HAND)
        script.flush()
        values = {"first": 1, "last": shop["vouchers"], "digest": shop["digest"], "house": shop["house"]}
        made = subprocess.run(
            [programs / "pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(SECONDS),
             f"--random-seed={seed}", *[f"-D{name}={value}" for name, value in values.items()], "-f", script.name, url],
            capture_output=True, text=True,
        )  # fmt: skip
    if made.returncode:
        raise SystemExit(made.stderr[-2000:])
    lines = {text.split(" = ")[0].strip(): text for text in made.stdout.splitlines() if " = " in text}
    processed = next(text for text in made.stdout.splitlines() if "actually processed" in text)
    shop["by_hand"] += int(processed.split(":")[1].split("/")[0])
    return float(lines["tps"].split("=")[1].split()[0])


def _bare_loop(name: str, shop: dict[str, Any]) -> float:
    file = sqlite3.connect(name, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        file.execute(f"PRAGMA {pragma}")
    business, done, begun = shop["business"].pk, 0, time.perf_counter()
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    run = time.monotonic_ns()
    while time.perf_counter() - begun < SECONDS:
        done += 1
        name = f"{run}-{done}"
        file.execute("BEGIN IMMEDIATE")
        file.execute(
            "SELECT id FROM business_apikey WHERE digest = ? AND revoked_at IS NULL", [shop["digest"]]
        ).fetchone()
        file.execute(
            "INSERT INTO inbox_idempotencykey (business_id, source, key, digest, status, body, created_at)"
            " VALUES (?, 'till', ?, '0', 200, '\"{}\"', ?)", [business, name, now],
        )  # fmt: skip
        voucher, lot, book = file.execute(
            "SELECT v.id, a.id, a.book_id FROM vouchers_voucher v JOIN ledger_account a ON a.id = v.lot"
            " WHERE v.business_id = ? AND v.prefix = 'FERN' AND v.number = ?", [business, done % shop["vouchers"] + 1],
        ).fetchone()  # fmt: skip
        event = file.execute(
            "INSERT INTO inbox_event (business_id, public_id, source, external_id, type, rank, time, recorded_at, data,"
            " digest, state, settled_at, attempts, due_at, code, error, actor) VALUES (?, ?, 'goodword', ?,"
            " 'voucher.redeemed', 6, ?, ?, '{}', '0', 'settled', ?, 0, ?, '', '', 'till')",
            [business, f"evt_{name}", name, now, now, now, now],
        ).lastrowid  # fmt: skip
        entry = file.execute(
            "INSERT INTO ledger_entry (book_id, key, recipe, event_id, cause, occurred_at, recorded_at, booked_at)"
            " VALUES (?, ?, 'spend', ?, 'voucher', ?, ?, ?)", [book, f"redeem:{event}", event, now, now, now],
        ).lastrowid  # fmt: skip
        file.execute("UPDATE ledger_account SET debits = debits + 1 WHERE id = ?", [lot])
        file.execute(
            "INSERT INTO ledger_transfer (entry_id, debit_id, credit_id, units, asset) VALUES (?, ?, ?, 1, 'USD')",
            [entry, lot, shop["house"]],
        )  # fmt: skip
        file.execute(
            "INSERT INTO vouchers_redemption (business_id, public_id, voucher_id, units, returned, at, lot, entry,"
            " event_id, actor, ticket_source, ticket_name, consumed)"
            " VALUES (?, ?, ?, 1, 0, ?, ?, ?, ?, 'till', '', '', 0)",
            [business, f"red_{name}", voucher, now, lot, entry, event],
        )  # fmt: skip
        file.execute("COMMIT")
    file.close()
    shop["by_hand"] += done
    return done / (time.perf_counter() - begun)


def _prove(shop: dict[str, Any]) -> None:
    """See that the books hold and that every answer stands in them once."""
    from django.db import connection

    from goodword.ledger import checking
    from goodword.ledger.models import Entry

    assert checking.faults() == []
    wanted = shop["redeemed"] + shop["by_hand"]
    made = Entry.objects.filter(recipe="spend").count()
    assert made == wanted, (made, wanted)
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
