"""What a cell says: money to the last decimal, dates as the file has them, and a refusal for what cannot be meant."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import Invalid
from goodword.inbox.tables.values import day, exact, is_never, moment, quantity, smallest

MONEY = [
    ("1,234.50", ".", "1234.5"), ("1.234,56", ",", "1234.56"), ("1 234,56 kr", ",", "1234.56"),
    ("$1,234.56", ".", "1234.56"),
    ("(12.00)", ".", "-12"), ("-12", ".", "-12"), ("12-", ".", "-12"), ("−12.50", ".", "-12.5"),
    ("-$12.50", ".", "-12.5"),
    ("$-12.50", ".", "-12.5"), ("($12.50)", ".", "-12.5"), ("12.345", ".", "12.345"), ("USD 5", ".", "5"),
    ("5 usd", ".", "5"),
    ("+7", ".", "7"), (".5", ".", "0.5"), ("5.", ".", "5"), ("1'234.50", ".", "1234.5"),
    ("12,34,567.00", ".", "1234567"),
    ("١٬٢٣٤٫٥٠", ".", "1234.5"), ("٥٠", ".", "50"), ("1\u00a0234,5", ",", "1234.5"), ("0", ".", "0"),
    ("US$ 3", ".", "3"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "decimal", "value"), MONEY)
def test_money_is_read_to_the_last_decimal(text: str, decimal: str, value: str) -> None:
    assert exact(text, decimal=decimal, currency="SEK" if "kr" in text else "USD") == Decimal(value)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("", "."), ("abc", "."), ("1.2.3", "."), ("1,23", "."), ("1.234,56", "."), ("1,234.56", ","), ("12,3456", "."),
        ("1,2,345", "."), ("1 23", "."), ("--5", "."), ("(-5)", "."), ("5%", "."), ("1e5", "."), ("NaN", "."),
        ("Infinity", "."),
        ("1,234 567.00", "."), ("3/4", "."), ("$", "."), ("-", "."), ("½", "."), ("1" * 31, "."),
    ],
)  # fmt: skip
def test_what_is_no_amount_in_this_form_is_refused_and_not_guessed(text: str, decimal: str) -> None:
    with pytest.raises(Invalid) as caught:
        exact(text, decimal=decimal, currency="USD")
    assert caught.value.code == "not_money"


@pytest.mark.parametrize("text", ["€5", "5 EUR", "£5.00", "CAD 12", "¥100", "eur5 "])
def test_an_amount_of_another_currency_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        exact(text, decimal=".", currency="USD")
    assert caught.value.code in {"wrong_currency", "not_money"}
    assert exact("£5.00", decimal=".", currency="GBP") == 5


def test_an_amount_beyond_all_books_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        exact("99999999999999999", decimal=".", currency="USD")
    assert caught.value.code == "amount_out_of_range"


def test_more_decimals_than_the_currency_has_are_refused_unless_they_may_be_rounded() -> None:
    for text, currency, units in (("12.345", "USD", 1235), ("-12.345", "USD", -1235), ("12.5", "JPY", 13)):
        value = exact(text, decimal=".", currency=currency)
        assert smallest(value, currency=currency, rounded=True) == units
        with pytest.raises(Invalid) as caught:
            smallest(value, currency=currency)
        assert caught.value.code == "too_many_digits"
    assert smallest(Decimal("1.234"), currency="KWD") == 1234


@given(
    st.decimals(-(10**9), 10**9, places=2),
    st.sampled_from([(".", ","), (",", "."), (".", " "), (",", "\u202f"), (".", "'"), (",", "")]),
    st.sampled_from(["{}", "{} kr", "SEK {}", "kr{}"]),
    st.sampled_from(["-{}", "{}-", "({})", "−{}"]),
)
def test_every_way_of_writing_an_amount_reads_as_the_amount(
    value: Decimal, marks: tuple[str, str], around: str, negative: str
) -> None:
    decimal, thousands = marks
    text = f"{abs(value):,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    text = negative.format(around.format(text)) if value < 0 else around.format(text)
    assert exact(text, decimal=decimal, currency="SEK") == value


def test_quantities_may_be_negative_and_fractions() -> None:
    assert [quantity(t, decimal=",") for t in ("1", "-1", "2,5", "1.000,25")] == [
        1,
        -1,
        Decimal("2.5"),
        Decimal("1000.25"),
    ]
    for text in ("two", "1,2,3", "$5", ""):
        with pytest.raises(Invalid) as caught:
            quantity(text, decimal=".")
        assert caught.value.code == "not_a_number"


DAYS = [
    ("2026-11-05", "mdy", (2026, 11, 5)), ("2026/11/5", "dmy", (2026, 11, 5)), ("05/11/2026", "dmy", (2026, 11, 5)),
    ("11/05/2026", "mdy", (2026, 11, 5)), ("5.11.26", "dmy", (2026, 11, 5)), ("26-11-05", "ymd", (2026, 11, 5)),
    ("11/5/69", "mdy", (1969, 11, 5)), ("11/5/68", "mdy", (2068, 11, 5)), ("Nov 5, 2026", "ymd", (2026, 11, 5)),
    ("5 Nov 2026", "ymd", (2026, 11, 5)), ("5th November 2026", "ymd", (2026, 11, 5)),
    ("5-Nov-26", "ymd", (2026, 11, 5)),
    ("Thu, Nov 5, 2026", "ymd", (2026, 11, 5)), ("Sept 5, 2026", "ymd", (2026, 9, 5)),
    ("5 mars 2026", "ymd", (2026, 3, 5)),
    ("5 maj 2026 14:30", "ymd", (2026, 5, 5)), ("٥/١١/٢٠٢٦", "dmy", (2026, 11, 5)),
    ("٥ نوفمبر ٢٠٢٦", "ymd", (2026, 11, 5)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "order", "wanted"), DAYS)
def test_a_day_is_read_in_the_order_the_file_has(text: str, order: str, wanted: tuple[int, int, int]) -> None:
    assert day(text, order=order) == date(*wanted)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("13/13/2026", "mdy"), ("15/03/2018", "mdy"), ("03/15/2018", "dmy"), ("2026-02-30", "ymd"), ("43174", "ymd"),
        ("soon", "ymd"),
        ("2026-11", "ymd"), ("5/11/026", "dmy"), ("05/11/2026", "ymd"), ("5 Foo 2026", "ymd"), ("2026-11-05x", "ymd"),
        ("", "ymd"),
    ],
)  # fmt: skip
def test_what_is_no_day_in_that_order_is_refused(text: str, order: str) -> None:
    with pytest.raises(Invalid) as caught:
        day(text, order=order)
    assert caught.value.code == "not_a_date"


@pytest.mark.parametrize(
    ("text", "clock", "wanted"),
    [
        ("2026-07-01", "", "2026-07-01T06:00"), ("2026-07-01 15:50", "", "2026-07-01T21:50"),
        ("2026-07-01T15:50:07.250Z", "", "2026-07-01T15:50:07"), ("2026-07-01 15:50 +0200", "", "2026-07-01T13:50"),
        ("2026-07-01T15:50:00-04:00", "", "2026-07-01T19:50"), ("07/01/2026 3:50:00 PM", "", "2026-07-01T21:50"),
        ("07/01/2026", "3:50 pm", "2026-07-01T21:50"), ("07/01/2026", "12:05 a.m.", "2026-07-01T06:05"),
        ("07/01/2026, 12:05 PM", "", "2026-07-01T18:05"), ("2026-07-01 15:50 UTC", "", "2026-07-01T15:50"),
        ("2026-07-01 3:50 م", "", "2026-07-01T21:50"), ("2026-07-01 3:50 em", "", "2026-07-01T21:50"),
    ],
)  # fmt: skip
def test_a_time_without_a_zone_is_by_the_wall_of_the_business(text: str, clock: str, wanted: str) -> None:
    found = moment(text, order="mdy", zone="America/Denver", clock=clock)
    assert found == datetime.fromisoformat(wanted).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-07-01 25:00", "2026-07-01 13:00 PM", "2026-07-01 noonish", "2026-07-01 0:30 am"]
)
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        moment(text, order="ymd", zone="America/Denver")
    assert caught.value.code == "not_a_time"


def test_a_cell_too_long_for_a_number_or_a_date_is_neither() -> None:
    assert exact("0" * 29 + "1" + " " * 50, decimal=".", currency="USD") == 1
    for reader, code, text in (
        (lambda text: exact(text, decimal=".", currency="USD"), "not_money", "USD " + "0" * 25 + "." + "0" * 11),
        (lambda text: quantity(text, decimal="."), "not_a_number", "0" * 20 + "." + "0" * 20),
        (lambda text: day(text, order="ymd"), "not_a_date", "2026-07-01 " + "x" * 70),
    ):
        with pytest.raises(Invalid) as caught:
            reader(text)
        assert caught.value.code == code
        reader(text[:20])


def test_noughts_are_a_date_that_never_was() -> None:
    assert [is_never(t) for t in ("", " ", "0000-00-00 00:00:00", "00/00/0000", "2026-01-01")] == [True] * 4 + [False]


FIRST, LAST = datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2068-12-31")


@given(
    st.datetimes(FIRST, LAST),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%y", "%m-%d-%Y", "%m/%d/%y", "%d %b %Y", "%B %d, %Y"]),
    st.sampled_from([" %H:%M:%S", " %I:%M:%S %p", "T%H:%M:%S", ", %H:%M:%S"]),
)
def test_every_way_of_writing_a_time_reads_as_the_time(at: datetime, date_form: str, time_form: str) -> None:
    at = at.replace(microsecond=0)
    order = {"%d": "dmy", "%m": "mdy"}.get(date_form[:2], "ymd")
    assert moment(at.strftime(date_form + time_form), order=order, zone="UTC") == at.replace(tzinfo=UTC)


@given(st.text(max_size=30), st.sampled_from([".", ","]), st.sampled_from(["ymd", "dmy", "mdy"]))
def test_no_text_crashes_a_reader(text: str, decimal: str, order: str) -> None:
    for read in (
        lambda: exact(text, decimal=decimal, currency="USD"),
        lambda: quantity(text, decimal=decimal),
        lambda: moment(text, order=order, zone="Africa/Cairo"),
        lambda: moment("2026-01-01", order=order, zone="Africa/Cairo", clock=text),
    ):
        with contextlib.suppress(Invalid):
            read()
