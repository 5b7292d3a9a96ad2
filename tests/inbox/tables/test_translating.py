"""The rules that hold for any table: every row has one end, no cent is lost, no bytes crash it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.engine.events import parse_event
from goodword.errors import Invalid
from goodword.inbox.shelf import DiskShelf
from goodword.inbox.tables.forms import DELIMITERS, Form
from goodword.inbox.tables.kinds import KINDS, guess
from goodword.inbox.tables.reading import detect, doubts, header, rows
from goodword.inbox.tables.translating import PASSED_OVER, Fault, Told, translate
from tests.inbox.tables.desk import UTF8, came_of, context, faults, told

CENT = Decimal("0.01")


def accounted(found: Sequence[Told | Fault]) -> tuple[Counter[int], set[int]]:
    taken = Counter(row for each in found if isinstance(each, Told) for row in each.rows)
    return taken, {each.row for each in found if isinstance(each, Fault)}


def written(
    table: list[dict[str, str]], names: Sequence[str], *, delimiter: str = ",", encoding: str = "utf-8"
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue().encode(encoding)


# --- any cells at all -----------------------------------------------------------------------------------------------

CELLS = {
    "text": ["", "C1", "C2", "Ann", "WALK_IN", "x" * 300, "Google", "\ufffd", " C1 "],
    "money": ["", "5", "5.00", "-12.30", "(3.10)", "ten", "0.001", "€5", "99999999999999999", "-", "1,234.50"],
    "quantity": ["", "1", "2", "-1", "0", "1.5", "many", "1.0000001", "9999999"],
    "points": ["", "5", "0", "-5", "1.5", "1,000"],
    "date": ["", "2026-12-01", "2026-01-01", "soon", "0000-00-00"],
    "datetime": ["", "2026-01-02", "2026-01-05 10:00", "2031-01-01", "1960-01-01", "soon", "Jan 3, 2026"],
    "time": ["", "10:00", "3:50 PM", "late"],
    "choice": ["", "paid", "booked", "cancelled", "retail", "draft", "en", "online", "no show", "magic"],
    "labels": ["", "Voucher", '["VIP", "Voucher"]', "not a voucher", "VIP", "-"],
    "phone": ["", "303 555 0142", "12", "303-555-0199"],
    "email": ["", "a@x.com", "nonsense"],
    "code": ["", "8842016655", "QX7-4417-AB", "GC-7", "4B1C", "-", "not a code!"],
}  # fmt: skip


@st.composite
def any_table(draw: st.DrawFn) -> tuple[str, list[str], list[list[str]]]:
    kind = draw(st.sampled_from(list(KINDS)))
    fields = KINDS[kind].fields
    body = draw(st.lists(st.tuples(*(st.sampled_from(CELLS[f.sort]) for f in fields)), min_size=1, max_size=12))
    longer = draw(st.sets(st.integers(0, len(body) - 1), max_size=1))
    return (
        kind,
        [f.name for f in fields],
        [[*line, "more"] if n in longer else list(line) for n, line in enumerate(body)],
    )


@given(any_table(), st.booleans())
def test_every_row_ends_in_one_event_or_in_a_fault_and_every_event_is_one_that_will_be_taken(
    table: tuple[str, list[str], list[list[str]]], on_disk: bool
) -> None:
    kind, names, body = table
    out = io.StringIO(newline="")
    csv.writer(out).writerows([names, *body])
    read = list(rows(io.BytesIO(out.getvalue().encode()), UTF8))
    shelf = DiskShelf() if on_disk else None
    mapping = {name: name for name in names}
    found = list(translate(kind, read, form=UTF8, mapping=mapping, context=context(), shelf=shelf))
    taken, refused = accounted(found)
    assert set(taken) | refused == {row.number for row in read}
    assert not set(taken) & refused
    assert set(taken.values()) <= {1}
    ids = [raw["id"] for each in told(found) for raw in each.events]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z_]+", code) for _, _, code in faults(found))
    for each in told(found):
        assert each.rows == tuple(sorted(each.rows))
        assert [raw["time"] for raw in each.events] == sorted(raw["time"] for raw in each.events)
        for raw in each.events:
            assert raw["id"].startswith(f"import-7:{each.key}")
            if raw["type"] not in ("balance.brought", "voucher.brought"):
                parse_event(raw, source="old", now=context().now, currency="USD")


@given(any_table())
def test_a_shelf_on_disk_and_one_in_memory_give_the_same(table: tuple[str, list[str], list[list[str]]]) -> None:
    kind, names, body = table
    out = io.StringIO(newline="")
    csv.writer(out).writerows([names, *body])
    both = []
    for shelf in (None, DiskShelf()):
        read = rows(io.BytesIO(out.getvalue().encode()), UTF8)
        both.append(
            list(translate(kind, read, form=UTF8, mapping={n: n for n in names}, context=context(), shelf=shelf))
        )
    assert both[0] == both[1]


@given(st.binary(max_size=300), st.sampled_from(list(KINDS)))
def test_no_bytes_crash_it(data: bytes, kind: str) -> None:
    data = ",".join(field.name for field in KINDS[kind].fields).encode() + b"\n" + data
    assert codes_of(data, kind) <= {"not_a_table"}


def codes_of(data: bytes, kind: str) -> set[str]:
    """Return the refusal of a file as such; of one that is a table, see that every row has its end."""
    try:
        form = detect(data)
        doubts(data, form)
        mapping = guess(kind, header(io.BytesIO(data), form))
        found = list(translate(kind, rows(io.BytesIO(data), form), form=form, mapping=mapping, context=context()))
    except Invalid as refusal:
        return {refusal.code}
    taken, refused = accounted(found)
    assert set(taken) | refused == {row.number for row in rows(io.BytesIO(data), form)}
    return set()


# --- money ----------------------------------------------------------------------------------------------------------

cents = st.decimals(-5000, 5000, places=2)
fine = st.decimals(-50, 50, places=4)


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from(["A", "B", ""]), cents, fine, fine, st.integers(-3, 3)),
        max_size=25,
    )
)
def test_the_money_of_what_is_told_is_the_sum_of_the_rows(
    lines: list[tuple[int, str, Decimal, Decimal, Decimal, int]],
) -> None:
    names = ["Receipt", "Customer ID", "Amount", "GST", "PST", "Quantity"]
    table = [dict(zip(names, map(str, line), strict=True)) for line in lines]
    found = came_of("receipts", written(table, names).decode(), form=UTF8)
    assert faults(found) == []
    wanted = sum((amount + (gst + pst).quantize(CENT, ROUND_HALF_UP) for _, _, amount, gst, pst, _ in lines), Decimal())
    assert Decimal(sum(each.money for each in told(found))).scaleb(-2) == wanted
    of_lines = [line for each in told(found) for line in each.raw["data"]["ticket"]["lines"]]
    assert sum(line["quantity"] * line["unit_price"] + line["tax"] for line in of_lines) == wanted * 100
    assert len(told(found)) == len({(receipt, who) for receipt, who, *_ in lines})


# --- written and read again -----------------------------------------------------------------------------------------


class Manner(NamedTuple):
    delimiter: str
    encoding: str
    decimal: str
    dates: str


manners = st.builds(
    Manner, st.sampled_from(DELIMITERS), st.sampled_from(["utf-8", "utf-16", "cp1252", "cp1256"]),
    st.sampled_from([".", ","]),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%d %b %Y"]),
)  # fmt: skip
names_of_people = st.sampled_from(["Ann", "Zoë Ångström", "O'Brien; & sons", 'Bo "the" B, Jr', "two\nlines", "a|b\tc"])
plain_names = st.sampled_from(["Ann", "O'Brien; & sons", 'Bo "the" B, Jr', "a|b\tc"])  # what every encoding can write


@given(
    manners, st.data(),
    st.lists(st.tuples(st.integers(1, 99), cents, st.dates(date(2000, 1, 1), date(2026, 11, 1))), max_size=10),
)  # fmt: skip
def test_what_is_written_in_any_manner_is_read_as_it_was(
    manner: Manner, data: st.DataObject, lines: list[tuple[int, Decimal, Any]]
) -> None:
    people = plain_names if manner.encoding == "cp1256" else names_of_people
    told_of = [(f"R{n}-{number}", data.draw(people), amount, on) for n, (number, amount, on) in enumerate(lines)]
    table = [
        {
            "Receipt": receipt, "Customer name": who, "Date": on.strftime(manner.dates),
            "Amount": f"{amount:,.2f}".translate(str.maketrans(",.", ".," if manner.decimal == "," else ",.")),
        }
        for receipt, who, amount, on in told_of
    ]  # fmt: skip
    written_as = written(
        table, ["Receipt", "Customer name", "Date", "Amount"], delimiter=manner.delimiter, encoding=manner.encoding
    )
    order = {"%d/%m": "dmy", "%m/%d": "mdy", "%d.%m": "dmy"}.get(manner.dates[:5], "ymd")
    form = Form(encoding=manner.encoding, delimiter=manner.delimiter, decimal=manner.decimal, dates=order)
    mapping = guess("receipts", header(io.BytesIO(written_as), form))
    found = list(
        translate(
            "receipts", rows(io.BytesIO(written_as), form), form=form, mapping=mapping, context=context(zone="UTC")
        )
    )
    assert faults(found) == []
    read = [
        (
            each.key.split(":")[1].split("-row-")[0],
            each.named[0].value,
            Decimal(each.money).scaleb(-2),
            datetime.fromisoformat(each.raw["time"]),
        )
        for each in told(found)
    ]
    assert read == [
        (receipt, who.strip(), amount, datetime(on.year, on.month, on.day, tzinfo=UTC))
        for receipt, who, amount, on in told_of
    ]


# --- what the file as such cannot say -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'id,name\nC1,"Ann\nC2,Bob\n', (1, "", "broken_row")),
        (b"id,name\nC1,Ann,what,else\nC2,Bob\n", (1, "", "too_many_cells")),
        (b"id,name\nC1,Ann\xff\nC2,Bob\n", (1, "name", "unreadable_text")),
        (b"id,name\nC1," + b"x" * 201 + b"\nC2,Bob\n", (1, "name", "too_long")),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_and_the_next_is_taken(data: bytes, fault: tuple[int, str, str]) -> None:
    mapping = {"customer_id": "id", "name": "name"}
    found = list(translate("customers", rows(io.BytesIO(data), UTF8), form=UTF8, mapping=mapping, context=context()))
    assert (faults(found), [each.rows for each in told(found)]) == ([fault], [(2,)])


def test_what_is_passed_over_is_told_apart_from_what_is_wrong() -> None:
    found = came_of("receipts", "Receipt,Amount,Status\n1,5,Draft\n2,ten,Paid\n")
    assert [(row, code in PASSED_OVER) for row, _, code in faults(found)] == [(1, True), (2, False)]


def test_an_events_id_carries_the_batch_and_an_external_id_does_not() -> None:
    text = "Receipt,Customer ID,Amount\n1,C1,5\n"
    first, second = (told(came_of("receipts", text, batch=batch))[0] for batch in (1, 2))
    assert (first.raw["id"], second.raw["id"]) == ("import-1:receipt:1-C1", "import-2:receipt:1-C1")
    assert first.raw["data"] == second.raw["data"]


def test_a_fault_tells_the_cell_and_the_facts() -> None:
    (fault,) = came_of("receipts", "Receipt,Unit price,Quantity,Amount\n1,3.00,3,10.00\n")
    assert fault == Fault(1, "amount", "line_does_not_add_up", "10.00", {"written": "9.00", "wanted": "10.00"})


def test_more_lines_than_a_ticket_may_have_are_refused_whole() -> None:
    found = came_of("receipts", "Receipt,Amount\n" + "1,5\n" * 501)
    assert told(found) == []
    assert Counter(code for _, _, code in faults(found)) == {"invalid_event": 1, "with_row": 500}


def test_a_column_that_makes_all_rows_one_receipt_is_refused_in_bounded_memory() -> None:
    found = came_of("receipts", "Receipt,Amount\n" + "1,5\n" * 1_200)
    assert told(found) == []
    assert {each.row for each in found if isinstance(each, Fault)} == set(range(1, 1_201))
    assert Counter(code for _, _, code in faults(found)) == {"invalid_event": 1, "repeated_row": 2, "with_row": 1_197}


def test_a_row_stands_with_its_receipt_through_a_large_file_in_bounded_memory() -> None:
    def endless() -> Any:
        yield from (f"{n % 20_000},C,0.01\n".encode() for n in range(60_000))

    data = b"Receipt,Customer ID,Amount\n" + b"".join(endless())
    mapping = {"receipt": "Receipt", "customer_id": "Customer ID", "amount": "Amount"}
    with DiskShelf() as shelf:
        found = translate(
            "receipts", rows(io.BytesIO(data), UTF8), form=UTF8, mapping=mapping, context=context(), shelf=shelf
        )
        sizes = Counter(len(each.rows) for each in found if isinstance(each, Told))
    assert sizes == {3: 20_000}
