"""How a table is written is told from its beginning, and what cannot be told is said."""

from __future__ import annotations

import codecs
import time

import pytest

from goodword.errors import Invalid
from goodword.inbox.tables.forms import Form, check_form
from goodword.inbox.tables.reading import SAMPLE, detect, doubts

ENCODINGS = [
    ("utf-8", "Åsa,Malmö\nÖrjan,Växjö\n".encode(), []),
    ("utf-8", codecs.BOM_UTF8 + "Åsa,Malmö\n".encode(), []),
    ("utf-16", "Åsa,Malmö\nÖrjan,Växjö\n".encode("utf-16"), []),
    ("utf-16-le", "Anna,Lund\nBo,Kiruna\n".encode("utf-16-le"), []),
    ("utf-16-be", "Anna,Lund\nBo,Kiruna\n".encode("utf-16-be"), []),
    ("cp1252", "Åsa,Malmö\nÖrjan,“Växjö”\n".encode("cp1252"), ["encoding_guessed"]),
    ("latin-1", "Åsa,Malmö\n".encode("latin-1") + b"\x81,x\n", ["encoding_guessed"]),
    ("cp1256", "الاسم,المدينة\nأحمد علي,القاهرة\n".encode("cp1256"), ["encoding_guessed"]),
]


@pytest.mark.parametrize(("encoding", "data", "doubt"), ENCODINGS)
def test_the_encoding_is_told(encoding: str, data: bytes, doubt: list[str]) -> None:
    form = detect(data)
    assert form.encoding == encoding
    assert doubts(data, form) == doubt


def test_a_sample_that_ends_inside_a_character_is_still_utf_8() -> None:
    data = ("namn,ort\n" + "Åsa,Malmö\n" * 40_000).encode()
    for cut in range(SAMPLE, SAMPLE + 3):
        assert detect(data[:cut]).encoding == "utf-8"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_what_parts_all_rows_alike(delimiter: str) -> None:
    lines = [["Name", "Note", "Amount"], ["Ann", "a, b; c | d", "1"], ["Bob", '"x\ny"', "2"]]
    text = "\r\n".join(delimiter.join(f'"{c}"' if "a, b" in c else c for c in line) for line in lines)
    assert detect(text.encode()).delimiter == delimiter


def test_a_spreadsheets_own_note_names_the_delimiter() -> None:
    assert detect(b"sep=;\nName;Town, state\nAnn;Denver, CO\nBob;Reno, NV\n").delimiter == ";"


@pytest.mark.parametrize(
    ("cells", "decimal", "doubt"),
    [
        (["1,234.50", "12"], ".", []),
        (["1.234,50", "12"], ",", []),
        (["12,5", "3"], ",", []),
        (["2.7540", "3"], ".", []),
        (["0.125"], ".", []),
        (["1.234.567"], ",", []),
        (["$1,250.00", "-$3.10"], ".", []),
        (["1 234,50 kr"], ",", []),
        (["1.234", "2.500"], ".", ["decimal_ambiguous"]),
        (["12", "1500"], ".", []),
        (["303.555.0142"], ".", []),
    ],
)
def test_the_decimal_mark_is_decided_by_whole_columns(cells: list[str], decimal: str, doubt: list[str]) -> None:
    data = "".join(f"{row}\n" for row in ["Name\tSum", *(f"x\t{cell}" for cell in cells)]).encode()
    form = detect(data)
    assert (form.decimal, doubts(data, form)) == (decimal, doubt)


@pytest.mark.parametrize(
    ("cells", "dates", "doubt"),
    [
        (["2026-03-15", "2026-04-01 10:00"], "ymd", []),
        (["03/15/2018", "04/05/2018"], "mdy", []),
        (["15/03/2018", "04/05/2018"], "dmy", []),
        (["15.03.18 14:30", "01.02.18"], "dmy", []),
        (["Mar 15, 2026", "Apr 1, 2026"], "ymd", []),
        (["03/04/2018", "04/05/2018"], "mdy", ["dates_ambiguous"]),
        (["03.04.2018", "04.05.2018"], "dmy", ["dates_ambiguous"]),
        (["03/04/2018 3:50:00 PM"], "mdy", ["dates_ambiguous"]),
        (["15/03/2018", "03/15/2018"], "mdy", ["dates_ambiguous"]),
    ],
)
def test_the_order_of_dates_is_decided_by_whole_columns_and_an_open_one_is_said(
    cells: list[str], dates: str, doubt: list[str]
) -> None:
    data = "".join(f"{row}\n" for row in ["Name;When", *(f"x;{cell}" for cell in cells)]).replace(";", "\t").encode()
    form = detect(data)
    assert (form.dates, doubts(data, form)) == (dates, doubt)


def test_columns_that_disagree_are_said() -> None:
    data = b"A\tB\tC\tD\n15/03/2018\t03/15/2018\t1.234,50\t1,234.50\n"
    assert doubts(data, detect(data)) == ["decimal_mixed", "dates_mixed"]


def test_a_form_that_the_file_contradicts_is_said() -> None:
    data = b"A\tB\n15/03/2018\t1,234.50\n"
    form = Form(encoding="utf-8", delimiter="\t", decimal=",", dates="mdy")
    assert doubts(data, form) == ["decimal_contradicts", "dates_contradict"]


@pytest.mark.parametrize("data", [b"", b"\n \r\n\t\n", codecs.BOM_UTF8])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        detect(data)
    assert caught.value.code == "empty_table"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04rest of a workbook", b"%PDF-1.7", b"\x89PNG\r\n", bytes(range(256)),
        b"<!DOCTYPE html><html></html>",
        b"<?xml version='1.0'?><a/>", "Name,Town\nAnn,Reno\n".encode("utf-32"),
    ],
)  # fmt: skip
def test_a_file_of_another_sort_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        detect(data)
    assert caught.value.code == "not_a_table"


@pytest.mark.parametrize("changed", [{"encoding": "ebcdic"}, {"delimiter": ":"}, {"decimal": "'"}, {"dates": "ydm"}])
def test_a_form_that_cannot_be_is_refused(changed: dict[str, str]) -> None:
    usual = {"encoding": "utf-8", "delimiter": ",", "decimal": ".", "dates": "ymd"}
    with pytest.raises(Invalid) as caught:
        check_form(Form(**{**usual, **changed}))
    assert (caught.value.code, caught.value.facts["field"]) == ("unknown_form", next(iter(changed)))


def test_a_long_cell_is_text_and_is_soon_told() -> None:
    long = b"-" * 3_000 + b"x"
    begun = time.process_time()
    form = detect(b"a,b\n" + b"".join(long + b",1\n" for _ in range(60)))
    assert time.process_time() - begun < 1  # it was quadratic: some seconds
    assert (form.delimiter, form.decimal) == (",", ".")
    assert detect(b"a;b\n" + b" " * 40 + b"1" * 38 + b".50;x\n").decimal == ","  # 41 characters: no vote for the point
    assert detect(b"a;b\n" + b"1" * 37 + b".50;x\n").decimal == "."
