"""Each system's export is recognised by its headers and read without a mapping by hand."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from goodword.inbox.tables.kind import CONSTANT, plain_words
from goodword.inbox.tables.kinds import KINDS, faults_of
from goodword.inbox.tables.presets import PRESETS, layout_of, mapping_of, recognise, words_of
from goodword.inbox.tables.reading import detect, doubts, header, rows
from goodword.inbox.tables.translating import Fault, Named, Told, translate
from tests.inbox.tables.desk import context, faults, told

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "tables"
FILES = sorted(FOLDER.glob("*/*.csv"))
PLACES = {
    "servicem8": ("GBP", "Europe/London", "GB"), "vonigo": ("CAD", "America/Vancouver", "CA"),
    "phorest": ("EUR", "Europe/Dublin", "IE"), "timely": ("NZD", "Pacific/Auckland", "NZ"),
}  # fmt: skip


def read(file: Path) -> list[Told | Fault]:
    data = file.read_bytes()
    form = detect(data)
    assert doubts(data, form) == []
    names = header(io.BytesIO(data), form)
    found = recognise(names)
    assert found is not None
    preset, kind = found
    mapping, words = mapping_of(preset, kind, names), words_of(preset, kind, names)
    currency, zone, country = PLACES.get(preset, ("USD", "America/Denver", "US"))
    where = context(currency=currency, zone=zone, country=country, source=PRESETS[preset].source, words=words)
    return list(translate(kind, rows(io.BytesIO(data), form), form=form, mapping=mapping, context=where))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_an_export_is_recognised_and_its_mapping_has_no_fault(file: Path) -> None:
    data = file.read_bytes()
    names = header(io.BytesIO(data), detect(data))
    found = recognise(names)
    assert found is not None
    preset, kind = found
    assert preset == file.parent.name
    named = {"clients": "customers", "contacts": "customers", "api": "vouchers"}
    receipts = dict.fromkeys(("invoices", "items", "transactions"), "receipts")
    assert kind == {**named, **receipts}.get(file.stem, file.stem)
    assert faults_of(kind, mapping_of(preset, kind, names), names) == []


WANTED: dict[str, tuple[list[str], list[tuple[int, str, str]], int]] = {
    # keys that do not hang on a digest, faults, money
    "jobber/clients.csv": ([], [(2, "", "repeated_row")], 0),
    "jobber/jobs.csv": (["job:501", "job:502", "job:503", "job:504"], [], 124_000 + 31_000 + 5_500 + 240_000),
    "jobber/invoices.csv": ([], [(3, "status", "not_a_sale")], 124_000 + 31_050),
    "housecall_pro/customers.csv": ([], [], 0),
    "housecall_pro/jobs.csv": (["job:1042", "job:1043", "job:1044"], [], 18_500 + 125_050),
    "servicem8/clients.csv": (
        [f"customer:c0a80101-0000-4000-8000-00000000000{n}" for n in (1, 2)], [], 0),
    "servicem8/contacts.csv": (
        [f"customer:c0a80101-0000-4000-8000-00000000000{n}" for n in (1, 2)], [], 0),
    "servicem8/jobs.csv": (["job:311", "job:312", "job:313"], [], 14_000 + 9_550),
    "vonigo/clients.csv": (["customer:20011", "customer:20012"], [], 0),
    "vonigo/jobs.csv": (["job:7001", "job:7002"], [], 42_000 + 18_000),
    "vonigo/invoices.csv": (["receipt:8801-20011"], [(3, "status", "not_a_sale")], 42_000 + 2_625),
    "square/items.csv": (
        ["receipt:TXa1-SQCUST1", "receipt:TXa2", "receipt:TXa3-SQCUST2", "receipt:TXa4-SQCUST1"], [],
        9_254 + 5_487 + 980 + 10_000 - 2_744),
    "square/transactions.csv": (
        ["receipt:TXb1-SQCUST1", "receipt:TXb2-SQCUST2", "receipt:TXb3-SQCUST1", "receipt:TXb4"], [],
        14_741 + 8_710 - 3_049 + 0),
    "square/customers.csv": (["customer:SQCUST1", "customer:SQCUST2"], [], 0),
    "servicem8/vouchers.csv": (
        ["voucher:GV-000121", "voucher:GV-000122", "voucher:GV-000123", "voucher:GV-000126"],
        [(4, "status", "voucher_ended"), (5, "status", "voucher_ended"), (6, "badges", "not_a_voucher")],
        10_000 + 25_000 + 6_000 + 3_000),
    "square/vouchers.csv": (
        [], [(3, "status", "voucher_ended"), (4, "status", "voucher_blocked"), (5, "status", "voucher_unpaid")],
        4_000 + 2_500 + 1_550),
    "phorest/vouchers.csv": (["voucher:GV-001044"], [(4, "expires", "voucher_expired")], 6_000 + 2_550 + 10_000),
    "phorest/api.csv": ([], [], 3_550 + 5_000),
    "timely/vouchers.csv": (
        [], [(3, "status", "voucher_ended"), (4, "status", "voucher_unpaid"), (5, "status", "voucher_ended"),
             (6, "expires", "voucher_expired")], 10_000 + 5_000),
}  # fmt: skip


@pytest.mark.parametrize("name", list(WANTED))
def test_an_export_becomes_what_it_says(name: str) -> None:
    found = read(FOLDER / name)
    keys, wrong, money = WANTED[name]
    assert [each.key for each in told(found) if "row-" not in each.key] == keys
    assert faults(found) == wrong
    assert sum(each.money for each in told(found)) == money


def test_every_fixture_is_looked_at() -> None:
    assert {f"{file.parent.name}/{file.name}" for file in FILES} == set(WANTED)
    assert {file.parent.name for file in FILES} == set(PRESETS)


def by_key(name: str) -> dict[str, Told]:
    return {each.key: each for each in told(read(FOLDER / name))}


def steps(found: Told) -> list[tuple[str, str]]:
    return [(raw["data"]["job"]["status"], raw["time"]) for raw in found.events]


def test_a_servicem8_job_is_paid_when_its_stamp_says_so_and_never_at_noughts() -> None:
    found = by_key("servicem8/jobs.csv")
    assert steps(found["job:311"]) == [
        ("quote", "2026-01-14T10:30:00Z"), ("booked", "2026-01-16T09:00:00Z"), ("completed", "2026-01-22T15:45:00Z"),
        ("invoiced", "2026-01-22T16:00:00Z"), ("paid", "2026-01-25T08:12:00Z"),
    ]  # fmt: skip
    assert steps(found["job:312"]) == [("booked", "2026-01-20T11:00:00Z")]
    assert steps(found["job:313"]) == [("quote", "2026-02-01T12:00:00Z"), ("cancelled", "2026-02-10T09:00:00Z")]


def test_a_jobber_client_is_known_by_phone_and_a_job_finds_it_by_phone_email_or_name() -> None:
    clients = [each.raw["data"]["contact"] for each in told(read(FOLDER / "jobber/clients.csv"))]
    assert [(c["name"], c.get("phone"), c.get("referred_by")) for c in clients] == [
        ("Nora Fielding", "+13035550111", None), ("Ridge Dental", "+13035550112", None),
        ("Owen Pratt", "+13035550114", {"contact": {"phone": "+13035550111"}}),
    ]  # fmt: skip
    jobs = by_key("jobber/jobs.csv")
    assert [jobs[f"job:{n}"].raw["data"]["job"].get("contact") for n in (501, 502, 503, 504)] == [
        {"phone": "+13035550111"}, {"email": "front@ridgedental.example"}, {"phone": "+13035550114"}, None,
    ]  # fmt: skip
    assert jobs["job:504"].named == (Named("contact", "name", "Stella Novak"),)


def test_a_square_gift_card_earns_nothing_and_a_refund_is_a_negative_line() -> None:
    found = by_key("square/items.csv")
    card = found["receipt:TXa3-SQCUST2"].raw["data"]["ticket"]["lines"]
    assert [(line["kind"], line["unit_price"]) for line in card] == [("gift_voucher", 10_000)]
    back = found["receipt:TXa4-SQCUST1"].raw["data"]["ticket"]["lines"]
    assert [(line["kind"], line["quantity"], line["unit_price"], line["tax"]) for line in back] == [
        ("retail", -1, 2_520, -224)
    ]
    assert "contact" not in found["receipt:TXa2"].raw["data"]["ticket"]


def test_square_transactions_tell_how_a_sale_was_paid_and_item_details_do_not() -> None:
    found = by_key("square/transactions.csv")
    tenders = {key: each.raw["data"]["ticket"].get("tenders") for key, each in found.items()}
    assert tenders == {
        "receipt:TXb1-SQCUST1": [
            {"type": "card", "amount": 10_741}, {"type": "voucher", "instrument": "sold", "amount": 5_000},
        ],
        "receipt:TXb2-SQCUST2": [
            {"type": "cash", "amount": 6_710}, {"type": "voucher", "instrument": "promotional", "amount": 2_000},
        ],
        "receipt:TXb3-SQCUST1": [{"type": "card", "amount": -3_049}],
        "receipt:TXb4": [{"type": "card", "amount": 5_000}],
    }  # fmt: skip
    assert not any("tenders" in each.raw["data"]["ticket"] for each in told(read(FOLDER / "square/items.csv")))


@pytest.mark.requirement("R12", "R13", "R14", "R15", "R16", "R17")
def test_a_servicem8_job_with_the_badge_of_a_voucher_is_the_voucher_of_its_serial() -> None:
    found = by_key("servicem8/vouchers.csv")
    inner = {key.removeprefix("voucher:"): each.raw["data"]["voucher"] for key, each in found.items()}
    assert inner["GV-000122"] == {
        "serial": "GV-000122", "kind": "sold", "value": 40_000, "balance": 25_000, "expires_on": "2027-02-14",
        "payment": {"method": "other", "reference": "EPOS-56"},
        "buyer": {"name": "Rose Tanner", "phone": "+447700900121"},
    }  # fmt: skip
    assert found["voucher:GV-000122"].raw["time"] == "2026-02-11T10:00:00Z"
    assert inner["GV-000121"]["recipient"] == {"name": "Jo Field"}
    assert inner["GV-000123"]["balance"] == 6_000  # a work order: owed until the work is done
    assert inner["GV-000126"]["expires_on"] == "never"


def test_what_salons_and_tills_sold_comes_with_what_is_left_and_their_own_codes() -> None:
    files = ("square/vouchers.csv", "phorest/vouchers.csv", "phorest/api.csv", "timely/vouchers.csv")
    inner = {name: [each.raw["data"]["voucher"] for each in told(read(FOLDER / name))] for name in files}
    assert [(v.get("code") or v["serial"], v["value"], v["balance"]) for name in files for v in inner[name]] == [
        ("7783320001234567", 5_000, 4_000), ("7783320001234568", 2_500, 2_500), ("SPRUCE44A", 2_000, 1_550),
        ("567533439724", 6_000, 6_000), ("567533439725", 2_550, 2_550), ("GV-001044", 10_000, 10_000),
        ("567533439727", 8_000, 3_550), ("567533439728", 5_000, 5_000),
        ("917KXM2P", 10_000, 10_000), ("918KXM2P", 8_000, 5_000),
    ]  # fmt: skip
    assert inner["square/vouchers.csv"][0]["buyer"] == {"name": "Ida Blum", "email": "ida@blum.example"}
    assert [v.get("buyer") for v in inner["phorest/api.csv"]] == [None, {"external_id": "cl-77"}]
    assert inner["timely/vouchers.csv"][0]["recipient"] == {"name": "Mele Tui"}
    assert inner["timely/vouchers.csv"][0]["expires_on"] == "never"


@pytest.mark.parametrize(
    "headers",
    [
        "id,type,gan_source,state,balance_money.amount,balance_money.currency,gan,created_at",  # cents, of Square's API
        "Customer,Gift Voucher,Recipient,Status,Code,Amount",  # nothing says what is left
        "generated_job_id,company_name,badges,status,queue_expiry_date,work_order_date",  # ServiceM8's jobs
    ],
)
def test_a_table_that_would_be_read_wrongly_is_not_taken_for_vouchers(headers: str) -> None:
    assert (recognise(headers.split(",")) or ("", ""))[1] != "vouchers"


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_speaks_of_fields_and_words_there_are(name: str) -> None:
    for layout in PRESETS[name].layouts:
        fields = {field.name: field for field in KINDS[layout.kind].fields}
        assert set(layout.columns) | set(layout.constants) <= set(fields)
        assert layout.marks
        assert all(plain_words(head) for heads in layout.columns.values() for head in heads)
        assert all(plain_words(mark) == mark for mark in layout.marks)
        for field, words in layout.words.items():
            assert set(words.values()) <= {"", *fields[field].choices}


def test_what_no_system_exports_is_recognised_as_nobodys() -> None:
    assert recognise(["Name", "Phone"]) is None
    assert layout_of("square", "balances", ["x"]) is None
    assert mapping_of("square", "balances", ["x"]) == {}
    assert words_of("square", "balances", ["x"]) == {}


def test_a_constant_of_a_preset_is_in_its_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    from goodword.inbox.tables import presets

    layout: Any = presets.Layout("receipts", frozenset({"a"}), {"receipt": ("a",)}, constants={"kind": "retail"})
    monkeypatch.setitem(PRESETS, "mine", presets.Preset("Mine", "mine", (layout,)))
    assert mapping_of("mine", "receipts", ["A"]) == {"receipt": "A", "kind": f"{CONSTANT}retail"}
