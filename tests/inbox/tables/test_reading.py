"""Bytes become rows: nothing is lost, nothing crashes, and every name of a column is its own."""

from __future__ import annotations

import csv
import io
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.errors import Invalid
from goodword.inbox.tables.forms import DELIMITERS, ENCODINGS, MOST_COLUMNS, Form
from goodword.inbox.tables.reading import BROKEN, EXTRA, Row, detect, header, rows
from goodword.inbox.tables.records import LONGEST_LINE, MOST_BREAKS

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


def test_a_quotation_mark_that_never_closes_costs_its_own_row_and_no_other() -> None:
    data = b'A,B\n1,"two\n' + b"".join(b"%d,x\n" % each for each in range(2, 40))
    assert [row.cells for row in read(data)] == [
        {BROKEN: "unclosed_quote"}, *({"A": str(each), "B": "x"} for each in range(2, 40)),
    ]  # fmt: skip
    assert [row.cells for row in read(b'A,B\n1,2\n3,"four')] == [{"A": "1", "B": "2"}, {BROKEN: "unclosed_quote"}]


@pytest.mark.parametrize(
    "later",
    [
        b'5,"ok",z\n',  # closes where another opens
        b'5,6,"seven"\n',  # leaves too few cells
        b'5,b,",z"\n',  # as many cells as the header has, of two rows
        b'5,"b\nb",z\n',  # a true record over two lines
    ],
)
def test_a_quotation_mark_that_closes_in_a_later_row_swallows_none(later: bytes) -> None:
    found = read(b'A,B,C\n1,"two,3\n4,x,y\n' + later + b"8,9,10\n")
    assert [row.cells for row in found[:2]] == [{BROKEN: "unclosed_quote"}, {"A": "4", "B": "x", "C": "y"}]
    assert found[2:] == [row._replace(number=row.number + 2) for row in read(b"A,B,C\n" + later + b"8,9,10\n")]


def test_two_stray_quotation_marks_swallow_none_of_the_rows_between() -> None:
    found = read(b'A,B,C\n1,x,"Mowing\n2,x,y\n3,x,y\n4,x,Pipe 12"\n')
    assert [row.cells["A"] for row in found if BROKEN not in row.cells] == ["2", "3", "4"]
    assert len(found) == 4


def test_beyond_the_most_line_breaks_no_row_is_uncounted() -> None:
    data = b'A,B\n1,"' + b"x,\n" * (MOST_BREAKS + 1) + b'"\n2,3\n'
    found = read(data)
    assert [row.number for row in found if BROKEN in row.cells] == [1, MOST_BREAKS + 2]
    assert (found[-1].cells, len(found)) == ({"A": "2", "B": "3"}, MOST_BREAKS + 3)
    huge = b"A,B\n" + b"x" * (csv.field_size_limit() + 1) + b",1\n2,3\n"
    assert [row.cells for row in read(huge)] == [{BROKEN: "unclosed_quote"}, {"A": "2", "B": "3"}]


def test_a_note_over_many_lines_with_the_delimiter_in_it_is_one_record() -> None:
    note = "Dear Ann,\n\nReno, NV, USA\nbye, bye"
    assert read(f'A,B,C\n1,"{note}",2\n3,4,5\n'.encode())[0] == Row(1, {"A": "1", "B": note, "C": "2"})


def test_a_header_whose_quotation_mark_swallows_rows_is_refused() -> None:
    for data in (b'A,"B\n1,2\n3,4\n', b'A,"B,C\n1,"x",2\n'):
        for reading in (lambda kept: header(kept, FORM), lambda kept: list(rows(kept, FORM))):
            with pytest.raises(Invalid) as caught:
                reading(io.BytesIO(data))
            assert caught.value.code == "not_a_table"


def test_a_table_has_at_most_a_thousand_columns_and_their_names_come_soon() -> None:
    names = header(io.BytesIO(b",".join([b"a"] * MOST_COLUMNS) + b"\n"), FORM)
    assert (names[:2], names[-1], len(set(names))) == (["a", "a (2)"], f"a ({MOST_COLUMNS})", MOST_COLUMNS)
    assert header(io.BytesIO(b"a (2),a,a,a (2),a\n"), FORM) == ["a (2)", "a", "a (3)", "a (2) (2)", "a (4)"]
    with pytest.raises(Invalid) as caught:
        header(io.BytesIO(b",".join([b"a"] * (MOST_COLUMNS + 1)) + b"\n"), FORM)
    assert caught.value.code == "not_a_table"


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


# A cell over several lines begins with a letter: one that begins with its line break, behind a mark that is opened
# in the row above, is a cell of two lines by every rule there is.
words = st.text("ab", min_size=1, max_size=2)
tricky = st.text('ab,"; ', max_size=4) | st.builds("{}\n{}".format, words, st.text('ab,"\n', max_size=4))


@settings(max_examples=60)
@given(st.lists(st.lists(tricky, min_size=3, max_size=3), min_size=3, max_size=8))
def test_one_stray_quotation_mark_anywhere_costs_at_most_one_row(table: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([["A", "B", "C"], *table])
    text, whole = out.getvalue(), sum(1 for line in table if any(cell.strip() for cell in line))
    for place in range(len(text) + 1):
        told = (text[:place] + '"' + text[place:]).encode()
        if place <= len("A,B,C") and codes_of(told, FORM):
            continue  # in the header itself: the file is refused
        assert len(read(told)) >= whole - 1, told


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
