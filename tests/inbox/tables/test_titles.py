"""Lines above the header are passed over when the header is sure to stand below them, and never a row of data."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import Invalid
from goodword.inbox.tables.forms import MOST_TITLES
from goodword.inbox.tables.reading import Form, detect, doubts, header, rows
from tests.inbox.tables.desk import UTF8

HEAD, BODY = "Invoice #,Date,Client,Total", "9001,13/03/2026,Nora,1240.00\n9002,14/03/2026,Ida,310.50\n"


def seen(data: bytes) -> tuple[int, list[str], list[list[str]], list[str]]:
    """Return the row of the header, its names, the cells below it and what is doubtful."""
    form = detect(data)
    names = header(io.BytesIO(data), form)
    return form.header, names, [list(row.cells.values()) for row in rows(io.BytesIO(data), form)], doubts(data, form)


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ("", 1), ("\n", 2), ("Report: Sales 2025\n", 2), ("Sales report\nFrom 1 May to 31 May\n\n", 4),
        ("Sales report,,,\nPrinted 2026-04-01 by Ann,,,\n,,,\n", 4), ("Sales, all branches\n", 2),
        ("Invoices\nBranch,Main St\nCurrency,USD\n", 4), ("Försäljning 2025\n", 2), ("تقرير المبيعات\n", 2),
        ('"Sales of the year 2025, ""all"" of them"\n', 2), ('"A title\nover two lines"\n', 2),
        ('"never closed\n', 2), ("ann@shop.example\n", 2), ("Total,1550.50\n", 2),
    ],
)  # fmt: skip
def test_title_lines_are_passed_over_and_the_rows_below_are_all_there(above: str, row: int) -> None:
    found = seen(f"{above}{HEAD}\n{BODY}".encode())
    assert found == (
        row, ["Invoice #", "Date", "Client", "Total"],
        [["9001", "13/03/2026", "Nora", "1240.00"], ["9002", "14/03/2026", "Ida", "310.50"]], [],
    )  # fmt: skip
    assert detect(f"{above}{HEAD}\n{BODY}".encode()).dates == "dmy"  # told by the columns below the header


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_titles_hide_neither_delimiter_nor_decimal_mark(encoding: str) -> None:
    text = "Översikt, 2025\n\nFaktura;Datum;Kund;Summa\nF1;2026-03-13;Åsa;1.240,00\nF2;2026-03-14;Öst;310,50\n"
    data = text.encode(encoding)
    form = detect(data)
    assert (form.header, form.delimiter, form.decimal) == (3, ";", ",")
    assert [row.cells["Summa"] for row in rows(io.BytesIO(data), form)] == ["1.240,00", "310,50"]


def test_a_block_of_titles_as_wide_as_the_table_gives_way_to_names_we_know() -> None:
    text = "Location,Main St,Period,May\nInvoice #,Date,Client,Description,Amount,Tax\n1,2026-05-01,Ann,Cut,9,1\n"
    assert seen(text.encode())[:2] == (2, ["Invoice #", "Date", "Client", "Description", "Amount", "Tax"])


@pytest.mark.parametrize(
    "text",
    [
        "Bon,Wer,Was,Wieviel\nA,service,client,total\n", "Name,,,\nAnn,Baker,Denver,Gold\n", "Name\nAnn Baker\nBob\n",
        "2024,2025\nname,date\n", "Ann,Baker\nBob,Cole\n", "Bon,Wer\n1,date\n2,name\n", "a\nb,c\n1,2\n",
    ],
)  # fmt: skip
def test_where_nothing_else_is_sure_the_first_row_is_the_header(text: str) -> None:
    assert detect(text.encode()).header == (2 if text.startswith("a\n") else 1)


def test_names_that_nobody_knows_below_a_title_are_taken_and_said_to_be_a_guess() -> None:
    found = seen(b"Umsatz\nBeleg Nr,Wer,Wieviel\nA1,Ann,5\n")
    assert found == (2, ["Beleg Nr", "Wer", "Wieviel"], [["A1", "Ann", "5"]], ["header_guessed"])


def test_which_row_it_is_may_be_said_and_what_cannot_be_is_refused() -> None:
    data = f"Sales\n\n{HEAD}\n{BODY}".encode()

    def at(row: int) -> list[str]:
        return header(io.BytesIO(data), Form(encoding="utf-8", delimiter=",", decimal=".", dates="dmy", header=row))

    assert at(1) == ["Sales"]
    assert at(2) == at(3) == HEAD.split(",")
    assert at(4) == ["9001", "13/03/2026", "Nora", "1240.00"]
    for row, code in ((9, "empty_table"), (0, "unknown_form"), (MOST_TITLES + 2, "unknown_form")):
        with pytest.raises(Invalid) as refused:
            at(row)
        assert refused.value.code == code


def test_more_title_lines_than_are_looked_at_are_no_crash_and_a_broken_header_is_refused() -> None:
    assert detect(("note\n" * (MOST_TITLES + 5) + f"{HEAD}\n{BODY}").encode()).header == 1
    with pytest.raises(Invalid, match="never closed"):
        header(io.BytesIO(b'Sales\n"Invoice,Date\n1,2\n'), Form("utf-8", ",", ".", "ymd", 2))


@given(
    titles=st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters='\r\n\x00,;|\t"='), max_size=30
        ),
        max_size=8,
    ),
    body=st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
)
def test_whatever_the_lines_above_say_no_row_below_the_header_is_lost(titles: list[str], body: list[int]) -> None:
    lines = [*titles, HEAD, *(f"{n},2026-03-13,Nora,{n}.50" for n in body)]
    data = "\n".join(lines).encode()
    form = detect(data)
    assert form.encoding == "utf-8"
    assert [row.cells["Total"] for row in rows(io.BytesIO(data), form)] == [f"{n}.50" for n in body]


@given(st.lists(st.lists(st.text(max_size=6), max_size=5), max_size=45))
def test_no_rows_crash_it(table: list[list[str]]) -> None:
    from goodword.inbox.tables.titles import header_row

    assert 1 <= header_row(table) <= MOST_TITLES + 1
    assert UTF8.header == 1
