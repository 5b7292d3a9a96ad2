"""Whom a piece of text may mean."""

from __future__ import annotations

import pytest

from goodword.reports.customers import customers
from tests.web.town import Town, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    town = found()
    for number in (0, 1, 10, 12):
        town.person(f"Xeno {number}", external_id=f"x{number}", phone=f"+1303557{number:04}")
    town.person("Ann Berg", phone="+13035550142", address="7 Elm Street, Denver")
    town.person("Bob Berg", phone="+13035550177", address="17 Elm Street, Denver")
    return town


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("xeno 1", ["Xeno 1"]),
        ("Xeno 0", ["Xeno 0"]),
        ("1 xeno", ["Xeno 1"]),
        ("xeno 12", ["Xeno 12"]),
        ("xeno", ["Xeno 12", "Xeno 10", "Xeno 1", "Xeno 0"]),
        ("xeno berg", []),
        ("berg 0142", ["Ann Berg"]),
        ("elm 7", ["Ann Berg"]),
        ("7 elm", ["Ann Berg"]),
        ("xeno 9", []),
    ],
)
def test_every_word_is_found_and_a_short_number_by_itself(town: Town, text: str, names: list[str]) -> None:
    found = customers(business=town.business, text=text, now=town.now).rows
    assert [line.name for line in found] == names
