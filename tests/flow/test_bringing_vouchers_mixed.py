"""Any mixture of rows of vouchers: every row is stored or refused, and the money that comes in is the liability."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodword.business.models import Business
from goodword.flow.bringing import check, undo
from goodword.flow.bringing_sheet import reconciliation, refused_rows
from goodword.inbox.models import Import
from goodword.ledger import checking, reading
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.reports.voucher_register import register
from goodword.vouchers.models import Voucher
from tests.flow.story import fern
from tests.flow.test_bringing import bring, brought, faults, ticking
from tests.ledger.cast import trial_of

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "Serial,Code,Service,Value,Balance,Redeemed,Sold on,Expires,Status,Kind,Currency"
NAMES = 6  # so few serials and codes that they repeat
NOT_BOOKED = {Kind.OPENING}


class Line(NamedTuple):
    """A row of a table, and what is owed on it where it can be brought."""

    cells: dict[str, str]
    owed: int | None


def money(units: int) -> str:
    return f"{units / 100:.2f}"


def line(owed: int | None = None, **cells: str) -> Line:
    return Line(cells, owed)


AMOUNTS = st.integers(2, 500_000)


def fresh(units: int) -> Line:
    return line(units, Value=money(units), Balance=money(units), Status="active")


def given_away(units: int) -> Line:
    return line(units, Value=money(units), Balance=money(units), Kind="promo")


def part_used(units: int) -> Line:
    left = units // 2 or 1
    return line(left, Value=money(units), Balance=money(left), Redeemed=money(units - left), Status="partly used")


def for_a_service(units: int) -> Line:
    return line(units, Service="Full valet", Value=money(units), Balance=money(units), Expires="2031-01-31")


def topped_up(units: int) -> Line:  # what it was worth at first is what is left and what was redeemed
    return line(units, Balance=money(units), Redeemed="5.00")


WRONG = (
    line(Value="50.00", Balance="0.00", Status="redeemed"),
    line(Value="50.00", Balance="0.00", Redeemed="50.00"),
    line(Value="50.00", Balance="50.00", Status="redeemed"),
    line(Value="50.00", Balance="50.00", Expires="2026-11-01"),
    line(Value="50.00", Balance="50.00", Status="expired"),
    line(Value="50.00", Balance="50.00", Status="void"),
    line(Value="50.00", Balance="50.00", Status="blocked"),
    line(Value="50.00", Balance="50.00", Status="unpaid"),
    line(Value="50.00", Balance="50.00", Status="mislaid"),
    line(Value="50.00", Balance="50.00", Currency="SEK"),
    line(Value="50.00", Balance="50.00", **{"Sold on": "soon"}),
    line(Value="50.00", Balance="50.00", **{"Sold on": "2031-01-01"}),
    line(Value="50.00", Balance="50.00", Expires="someday"),
    line(Value="50.00", Balance="60.00"),
    line(Value="50.00", Balance="40.00", Redeemed="20.00"),
    line(Value="50.00"),
    line(Value="50.00", Balance="-5.00"),
    line(Value="50.00", Balance="fifty"),
    line(Service="Full valet"),
    line(Service="Full valet", Value="50.00", Balance="20.00"),
)
GOOD = st.one_of(*(AMOUNTS.map(make) for make in (fresh, given_away, part_used, for_a_service, topped_up)))
LINES = st.one_of(GOOD, st.sampled_from(WRONG))
# By what a card is known: a serial, a code, both, neither; the numbers repeat.
NUMBERS = st.tuples(st.integers(1, NAMES), st.sampled_from(["serial", "code", "both", "none"]))


def named(number: int, how: str) -> dict[str, str]:
    serial, code = f"GC-{number}", f"77AB{number}CD"
    return {
        "serial": {"Serial": serial}, "code": {"Code": code}, "both": {"Serial": serial, "Code": code}, "none": {}
    }[how]  # fmt: skip


def written(lines: list[tuple[Line, tuple[int, str]]]) -> str:
    columns = HEAD.split(",")
    rows = [{"Sold on": "2026-05-03", **each.cells, **named(*number)} for each, number in lines]
    return "\n".join([HEAD, *(",".join(row.get(name, "") for name in columns) for row in rows)]) + "\n"


def owed(lines: list[tuple[Line, tuple[int, str]]]) -> list[int]:
    """Return what is owed on each row that can be brought: of several of one serial or code, on the first of them."""
    seen: set[str] = set()
    found = []
    for each, number in lines:
        names = set(named(*number).values())
        if each.owed is None or not names:
            continue
        serial = named(*number).get("Serial")
        if serial in seen:  # told by its key, before its code is looked at
            continue
        seen |= {serial} if serial else set()
        code = named(*number).get("Code")
        if code in seen:
            continue
        seen |= {code} if code else set()
        found.append(each.owed)
    return found


def outcome(import_: Import) -> tuple[Any, ...]:
    return (
        import_.rows, import_.stored_rows, import_.refused_rows, import_.known_rows, import_.passed_rows,
        import_.money_in, dict(import_.reasons), faults(import_),
    )  # fmt: skip


class _Back(Exception):
    pass


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    return fern()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=20, deadline=None
)
@given(lines=st.lists(st.tuples(LINES, NUMBERS), min_size=1, max_size=14))
@pytest.mark.django_db
def test_rows_in_are_stored_or_refused_and_money_in_is_the_liability_booked(
    business: Business, lines: list[tuple[Line, tuple[int, str]]]
) -> None:
    text, wanted = written(lines), owed(lines)
    book = book_of(business=business.pk)
    try:
        with transaction.atomic():
            dry = check(bring(business, text, kind="vouchers"), clock=ticking)
            assert trial_of(book) == {}
            done = brought(business, text, kind="vouchers")
            assert outcome(done) == outcome(dry)  # nothing is refused later that was not told before
            sheet = reconciliation(done)
            assert (sheet.rows, sheet.known, sheet.holds) == (len(lines), 0, True)
            assert sheet.stored + sheet.refused == sheet.rows
            assert len({row for row, _, _ in faults(done)}) == sheet.refused
            assert (sheet.stored, sheet.money_in, sheet.money_booked) == (len(wanted), sum(wanted), sum(wanted))
            assert -trial_of(book).get((Kind.OPENING, "USD"), 0) == sum(wanted)
            assert sum(units for (kind, _), units in trial_of(book).items() if kind not in NOT_BOOKED) == sum(wanted)
            lots = reading.lots(book=book, ids=list(Voucher.objects.values_list("lot", flat=True)))
            assert sorted(lot.units for lot in lots) == sorted(wanted)
            register_rows = register(business=business, by="sale").rows
            assert sum(row.open for row in register_rows) == sum(wanted)
            again = brought(business, text, kind="vouchers", update=True)
            assert (again.stored_rows, again.known_rows) == (0, len(wanted))
            if sheet.refused:
                rest = b"".join(refused_rows(done)).decode("utf-8-sig")
                mended = brought(business, rest, kind="vouchers")
                assert (mended.rows, mended.stored_rows) == (sheet.refused, 0)
            gone = undo(done, actor="user:ann", clock=ticking)
            assert gone.money_booked == 0
            assert trial_of(book) == {}
            assert checking.faults() == []
            raise _Back
    except _Back:
        pass
