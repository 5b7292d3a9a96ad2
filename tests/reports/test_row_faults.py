"""Why a row was not taken is said in words, in three languages, for every code there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from goodword.inbox.tables import detecting
from goodword.inbox.tables.translating import PASSED_OVER, Fault
from goodword.reports.row_faults import DOUBTS, MAPPINGS, ROWS, row_sentence
from tests.inbox.tables.desk import came_of

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "goodword" / "inbox" / "tables"
FACTS = {
    "shortest": 6,
    "longest": 28,
    "detail": "x",
    "written": "9.00",
    "wanted": "10.00",
    "left": "9.00",
    "told": "9.00",
    "had": "10.00",
    "serial": "GC-000001",
    "first": 3,
    "most": 200,
    "row": 4,
}
FILE_CODES = {"empty_table", "not_a_table", "unknown_form"}  # of a file as such: refused before there is a row


def test_every_code_a_row_can_be_refused_with_is_in_words() -> None:
    said = set()
    for file in TABLES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
            place = {"refuse": 1, "_first": 1, "Invalid": 0}.get(name)
            if isinstance(node, ast.Call) and place is not None and len(node.args) > place:
                code = node.args[place]
                said |= {code.value} if isinstance(code, ast.Constant) else set()
    assert len(said) > 25
    assert sorted(said - set(ROWS) - FILE_CODES) == []
    assert set(PASSED_OVER) <= set(ROWS)


def test_every_doubt_is_in_words() -> None:
    source = ast.parse(Path(detecting.__file__).read_text(encoding="utf-8"))
    doubts = next(node for node in source.body if isinstance(node, ast.FunctionDef) and node.name == "doubts")
    said = {
        node.args[0].value
        for node in ast.walk(doubts)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "append"
    }
    assert said | {"columns_assumed"} == set(DOUBTS)  # that one is said of a preset, not of a file


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_every_sentence_is_translated(language: str) -> None:
    with translation.override("en"):
        english = {code: str(text) for words in (ROWS, DOUBTS, MAPPINGS) for code, text in words.items()}
    with translation.override(language):
        assert [code for words in (ROWS, DOUBTS, MAPPINGS) for code in words if str(words[code]) == english[code]] == []
        assert [code for code in ROWS if "%(" in row_sentence(code, FACTS)] == []


def test_a_sentence_says_what_the_fault_found() -> None:
    found = came_of("receipts", "Receipt,Unit price,Quantity,Amount\n1,3.00,3,10.00\n1,1.00,1,1.00\n")
    with translation.override("en"):
        assert [row_sentence(each.code, each.facts) for each in found if isinstance(each, Fault)] == [
            "The parts of this line make 9.00, but the file says 10.00.",
            "This row is right, but it belongs together with row 1, which is not.",
        ]
        assert row_sentence("never_heard_of", {}) == "never heard of"


def test_the_codes_of_rows_are_documented_word_for_word() -> None:
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    section = page.split("\n## Why a row of a table was not taken\n")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, flags=re.MULTILINE))
    with translation.override("en"):
        assert rows == {code: re.sub(r"%\((\w+)\)s", r"…", str(text)) for code, text in ROWS.items()}
