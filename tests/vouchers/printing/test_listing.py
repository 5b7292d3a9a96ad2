"""The table for a print shop: one row a card, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC
from functools import partial

import pytest

from goodword.flow.spreadsheet import cell, csv_lines
from goodword.vouchers.printing import listing
from tests.vouchers.printing.prints import CARD


@pytest.mark.requirement("R9")
def test_a_row_a_card_with_its_code_in_groups() -> None:
    service = replace(CARD, value="", service="One weed treatment", expires_on=None, kind="promotional", message="")
    assert list(listing.rows([CARD, service])) == [
        ["FERN-000123", "4GHK-7M2P-QRS6", "sold", "$50", "2027-12-31", CARD.url, "Bob Haddad", "Ann Berg",
         "Happy birthday, Bob!"],
        ["FERN-000123", "4GHK-7M2P-QRS6", "promotional", "One weed treatment", "", CARD.url, "Bob Haddad", "Ann Berg",
         ""],
    ]  # fmt: skip
    assert all(len(row) == len(listing.HEAD) for row in listing.rows([CARD]))


def test_a_formula_in_a_message_stays_text_in_the_file() -> None:
    hostile = replace(CARD, message='=HYPERLINK("http://evil.example")', recipient="@Bob", buyer="+1")
    text = "".join(csv_lines(listing.HEAD, listing.rows([hostile]), write=partial(cell, zone=UTC)))
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["message"] == '\'=HYPERLINK("http://evil.example")'
    assert row["recipient"] == "'@Bob"
    assert row["code"] == "4GHK-7M2P-QRS6"
    assert row["url"] == CARD.url
