"""Bytes become rows: nothing is lost, nothing crashes, and every name of a column is its own."""

from __future__ import annotations

import csv
import io
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import Invalid
from goodword.inbox.tables.forms import DELIMITERS, ENCODINGS, Form
from goodword.inbox.tables.reading import BROKEN, EXTRA, LONGEST_LINE, MOST_BREAKS, Row, detect, header, rows

FORM = Form(encoding="utf-8", delimiter=",", decimal=".", dates="ymd")


def read(data: bytes, form: Form = FORM) -> list[Row]:
    return list(rows(io.BytesIO(data), form))


def test_names_of_columns_are_stripped_and_each_its_own() -> None:
    data = b"\xef\xbb\xbf Name ,,Name,Total\n amount,\nAnn,x,y,1,\n"
    assert header(io.BytesIO(data), FORM) == ["Name", "Column 2", "Name (2)", "Total"]
    assert header(io.BytesIO(b'"A\nB",A B,\n'), FORM) == ["A B", "A B (2)", "Column 3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_is_no_part_of_a_name(encoding: str) -> None:
    form = Form(encoding=encoding, delimiter=",", decimal=".", dates="ymd")
    assert header(io.BytesIO("\ufeffName,Town\n".encode(encoding)), form) == ["Name", "Town"]


def test_rows_are_numbered_from_the_first_under_the_header_and_blank_ones_are_none() -> None:
    data = b"\r\n\r\nName,Town\r\nAnn,Reno\r\n\r\n,,\r\nBob,\r\n"
    assert read(data) == [Row(1, {"Name": "Ann", "Town": "Reno"}), Row(2, {"Name": "Bob", "Town": ""})]


def test_quoted_line_breaks_and_quotes_stay_in_their_cell() -> None:
    data = b'Name,Note\r\nAnn,"two\r\nlines, ""quoted"""\r\n'
    assert read(data) == [Row(1, {"Name": "Ann", "Note": 'two\r\nlines, "quoted"'})]


def test_a_short_row_is_filled_and_a_long_one_says_what_is_more() -> None:
    data = b"A,B\n1\n1,2,3,4\n1,2,,\n"
    assert [row.cells for row in read(data)] == [
        {"A": "1", "B": ""}, {"A": "1", "B": "2", EXTRA: "3\x1f4"}, {"A": "1", "B": "2"},
    ]  # fmt: skip


def test_a_quotation_mark_that_never_closes_is_a_broken_row_and_not_the_end_of_all() -> None:
    data = b'A,B\n1,"' + b"x\n" * (MOST_BREAKS + 1) + b'"\n2,3\n'
    assert [row.cells for row in read(data)] == [{BROKEN: "unclosed_quote"}, {"A": "2", "B": "3"}]
    huge = b"A,B\n" + b"x" * (csv.field_size_limit() + 1) + b",1\n2,3\n"
    assert [row.cells for row in read(huge)] == [{BROKEN: "unclosed_quote"}, {"A": "2", "B": "3"}]


def test_a_line_beyond_all_measure_is_no_table() -> None:
    with pytest.raises(Invalid) as caught:
        read(b"A,B\n" + b"x," * LONGEST_LINE)
    assert caught.value.code == "not_a_table"


def test_bytes_the_encoding_does_not_know_are_seen_in_their_cell() -> None:
    assert read(b"A,B\ncaf\xe9,x\x00y\n") == [Row(1, {"A": "caf\ufffd", "B": "x\ufffdy"})]


def test_a_million_rows_are_read_one_at_a_time() -> None:
    class Endless(io.RawIOBase):
        """A file without end: reading it whole would never come back."""

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:
            lines = (b"A,B\n" if not hasattr(self, "begun") else b"") + b"1,2\n" * 100
            self.begun = True
            size = min(len(buffer), len(lines))
            buffer[:size] = lines[:size]
            return size

    found = list(islice(rows(io.BufferedReader(Endless()), FORM), 100_000))
    assert (len(found), found[-1].number) == (100_000, 100_000)


def test_the_stream_stays_open_for_whoever_handed_it_in() -> None:
    stream = io.BytesIO(b"A\n1\n")
    assert header(stream, FORM) == ["A"]
    stream.seek(0)
    assert [row.number for row in rows(stream, FORM)] == [1]
    assert not stream.closed


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffd\ufeff"), max_size=12)
tables = st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8))


@given(
    tables,
    st.sampled_from(DELIMITERS),
    st.sampled_from(["utf-8", "utf-16", "utf-16-le"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_is_read_in_every_delimiter_and_encoding(
    table: list[list[str]], delimiter: str, encoding: str, ending: str
) -> None:
    names = [f"c{place}" for place in range(len(table[0]) if table else 1)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending)
    writer.writerow(names)
    writer.writerows(table)
    form = Form(encoding=encoding, delimiter=delimiter, decimal=".", dates="ymd")
    found = read(out.getvalue().encode(encoding), form)
    assert [list(row.cells.values()) for row in found] == [line for line in table if any(c.strip() for c in line)]


@given(st.binary(max_size=400), st.sampled_from(ENCODINGS), st.sampled_from(DELIMITERS))
def test_no_bytes_crash_it(data: bytes, encoding: str, delimiter: str) -> None:
    for form in (Form(encoding=encoding, delimiter=delimiter, decimal=".", dates="ymd"), None):
        assert codes_of(data, form) <= {"empty_table", "not_a_table"}


def codes_of(data: bytes, form: Form | None) -> set[str]:
    """Return the refusal of a file; of one that is a table, see that columns and rows are told apart."""
    try:
        chosen = detect(data) if form is None else form
        names = header(io.BytesIO(data), chosen)
        found = read(data, chosen)
    except Invalid as refusal:
        return {refusal.code}
    assert len(set(names)) == len(names)
    assert [row.number for row in found] == list(range(1, len(found) + 1))
    return set()
