"""The salon's own receipts: every line accounted for, live equal to the backtest to the unit, books that hold."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from examples.salon import __main__ as salon
from examples.salon import compare
from examples.salon.events import Sale, events_of, read_sales, sale_of
from examples.salon.referrals import invent
from examples.salon.tables import EXPORTS, RECEIPTS, find_data, read_prices, translated
from goodword import cli
from goodword.business.models import Business
from goodword.flow.publish import publish
from goodword.inbox.tables.translating import Fault, Told
from goodword.ledger import checking
from goodword.ledger.opening import book_of, open_book
from goodword.outbox.models import Message

FOLDER = Path(salon.__file__).parent
PROGRAMME = FOLDER / "programme.yaml"
DATA = find_data()
exports = pytest.mark.skipif(
    DATA is None, reason="the salon's exports are not beside the project (../shared/data/salon)"
)


def rows(name: str = "receipts") -> list[dict[str, str]]:
    """Read an export as the tables do not: with Python's own csv, and nothing of ours."""
    assert DATA is not None
    with (DATA / EXPORTS[name].file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def came_of(name: str) -> tuple[list[Told], list[Fault]]:
    assert DATA is not None
    found = list(translated(DATA, name))
    return [t for t in found if isinstance(t, Told)], [f for f in found if isinstance(f, Fault)]


def events() -> list[dict[str, Any]]:
    assert DATA is not None
    sales = read_sales(DATA)
    return list(events_of(sales, invent(sales)))


def tickets() -> list[dict[str, Any]]:
    return [event["data"]["ticket"] for event in events() if event["type"] == "ticket.closed"]


def a_sale(receipt: int, day: int, client: str) -> Sale:
    ticket = {"external_id": f"{receipt}-{client}" if client else f"{receipt}", "lines": []}
    ticket |= {"contact": client} if client else {}
    raw = {"id": f"receipt-{ticket['external_id']}", "time": f"2018-04-0{day}T04:00:00Z", "data": {"ticket": ticket}}
    return sale_of(Told((receipt,), "", raw, 0))


@exports
def test_every_row_of_every_export_is_stored_or_left_out_for_a_stated_reason() -> None:
    wanted = {
        "receipts": (1_934, 1_934, {}),
        "bookings": (1_906, 1_905, {"missing_value": 1}),  # one booking is nobody's
        "cancellations": (243, 0, {"appointment_cancelled": 243}),
        "no_shows": (60, 0, {"no_show": 60}),
    }
    for name, (read, stored, left) in wanted.items():
        told, faults = came_of(name)
        taken = Counter(row for each in told for row in each.rows)
        assert len(rows(name)) == read
        assert sorted([*taken.elements(), *(fault.row for fault in faults)]) == list(range(1, read + 1))
        assert (taken.total(), Counter(fault.code for fault in faults)) == (stored, left)


@exports
def test_what_the_tables_book_is_what_the_rows_add_up_to() -> None:
    cent = Decimal("0.01")
    told, _ = came_of("receipts")
    wanted = sum(
        Decimal(r["Amount"]) + (Decimal(r["GST"]) + Decimal(r["PST"])).quantize(cent, ROUND_HALF_UP) for r in rows()
    )
    assert Decimal(sum(each.money for each in told)).scaleb(-2) == wanted == Decimal("130862.00")


@exports
def test_an_appointment_is_told_without_how_it_was_made_because_nobody_knows() -> None:
    told, _ = came_of("bookings")
    made = [each.raw["data"]["appointment"] for each in told]
    assert {key for appointment in made for key in appointment} == {"external_id", "contact", "at"}
    assert len({appointment["external_id"] for appointment in made}) == 1_905


@exports
def test_every_line_of_every_receipt_is_on_one_ticket() -> None:
    told = rows()
    assert (len(told), len({r["Receipt"] for r in told}), len({r["Client"] for r in told})) == (1_934, 1_436, 767)
    wanted: dict[str, list[str]] = defaultdict(list)
    for row in told:
        wanted[f"{row['Receipt']}-{row['Client']}".removesuffix("-WALK_IN")].append(row["Description"].strip())
    found = {t["external_id"]: [line.get("description", "") for line in t["lines"]] for t in tickets()}
    assert found == wanted
    assert len(found) == 1_466


@exports
def test_net_and_tax_are_those_of_the_receipts_to_the_cent() -> None:
    cent = Decimal("0.01")
    net = sum(Decimal(r["Amount"]) for r in rows())
    tax = sum((Decimal(r["GST"]) + Decimal(r["PST"])).quantize(cent, ROUND_HALF_UP) for r in rows())
    lines = [line for ticket in tickets() for line in ticket["lines"]]
    assert Decimal(sum(line["quantity"] * line["unit_price"] for line in lines)) / 100 == net == Decimal("115809.03")
    assert Decimal(sum(line["tax"] for line in lines)) / 100 == tax
    exact = sum(Decimal(r["GST"]) + Decimal(r["PST"]) for r in rows())
    assert abs(tax - exact) < Decimal("1.00")  # rounded line by line, nothing drifts


@exports
def test_walk_ins_are_nobody_and_shared_receipts_are_a_ticket_each() -> None:
    found = tickets()
    assert all(("contact" in t) == ("-" in t["external_id"]) for t in found)
    assert sum("contact" not in t for t in found) == len({r["Receipt"] for r in rows() if r["Client"] == "WALK_IN"})
    shared = [t["contact"] for t in found if t["external_id"].startswith("1265-")]
    assert sorted(shared) == ["BOTC01", "BOTK01", "BOTS01"]
    assert len({e["data"]["contact"]["external_id"] for e in events() if e["type"] == "contact.saved"}) == 766


@exports
def test_the_price_lists_tell_products_services_and_bundles_apart() -> None:
    assert DATA is not None
    prices = read_prices(DATA)
    assert prices["blowdry"] == ("service", "SBD")
    assert prices["blow dry bundle 5+1"] == ("package", "SBD5+1")
    assert prices["ag balance 355ml"] == ("retail", "AGBALANCE335M")
    assert prices[""] == ("service", "MISC")
    kinds = Counter(line["kind"] for ticket in tickets() for line in ticket["lines"])
    assert kinds == {"service": 1_742, "retail": 173, "package": 19}


@exports
def test_the_invented_referrals_are_the_same_every_time_and_each_referrer_came_before() -> None:
    assert DATA is not None
    sales = read_sales(DATA)
    found = invent(sales)
    assert found == invent(read_sales(DATA))
    assert len(found) == 138
    first: dict[str, Any] = {}
    for sale in sales:
        first.setdefault(sale.client, (sale.day, sale.receipt))
    assert all(first[referrer] < first[friend] for friend, referrer in found.items())
    assert "" not in found
    assert "" not in found.values()


def test_a_client_is_told_of_once_a_minute_before_the_first_ticket() -> None:
    told = list(
        events_of([a_sale(1, 2, "ann"), a_sale(2, 2, ""), a_sale(3, 2, "ann"), a_sale(4, 3, "bob")], {"bob": "ann"})
    )
    assert [(e["id"], e["time"]) for e in told] == [
        ("client-ann", "2018-04-02T09:59:00-04:00"), ("receipt-1-ann", "2018-04-02T10:00:00-04:00"),
        ("receipt-2", "2018-04-02T10:04:00-04:00"), ("receipt-3-ann", "2018-04-02T10:08:00-04:00"),
        ("client-bob", "2018-04-03T09:59:00-04:00"), ("receipt-4-bob", "2018-04-03T10:00:00-04:00"),
    ]  # fmt: skip
    assert told[4]["data"]["contact"]["referred_by"] == {"contact": "ann"}


def test_without_the_exports_the_way_to_them_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert salon.main(["--out", str(tmp_path / "out"), "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"no “{RECEIPTS}” in {tmp_path}; say --data where the exports are\n"
    assert not (tmp_path / "out").exists()


@exports
@pytest.mark.django_db
def test_live_gives_what_the_backtest_gives_to_the_unit_and_the_books_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert salon.main(["--out", str(tmp_path)]) == 0
    business = Business.objects.create(
        public_id="bus_salon", slug="salon", name="The Salon", currency="CAD", timezone="America/Toronto", country="CA"
    )
    open_book(business=business.pk)
    publish(business=business, text=PROGRAMME.read_text(), actor="test", now=datetime.now(UTC))
    history, awards = tmp_path / "events.jsonl", tmp_path / "awards.jsonl"
    assert cli.main(["events", "import", str(history)]) == 0
    capsys.readouterr()
    arguments = ["--business", "salon", "--awards", str(awards), "--json"]
    assert cli.main(["backtest", str(PROGRAMME), str(history), *arguments]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["totals"] == {
        "points": {"points": 114_548}, "thanks": {"CAD": 152_000}, "welcome": {"points": 69_000},
    }  # fmt: skip
    assert (summary["granted"], summary["reversed"], summary["refused"]) == (
        1_617,
        0,
        {"limit": 7, "nothing_qualifies": 89},
    )
    assert compare.main(["--business", "salon", "--awards", str(awards)]) == 0
    assert capsys.readouterr().out == "the same: 1617 awards, live and in the backtest, to the unit\n"
    assert checking.faults(book=book_of(business=business.pk)) == []
    assert not Message.objects.exists()  # nobody is written to about 2018
    short = awards.read_text().splitlines()[1:]
    awards.write_text("\n".join(short))
    assert compare.main(["--business", "salon", "--awards", str(awards)]) == 1
    assert capsys.readouterr().err.startswith("only live: ")
