"""A text's parts are counted as networks count and charge them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.outbox.segments import segments


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ("gsm7", 0, 0, "")),
        ("a" * 160, ("gsm7", 160, 1, "")),
        ("a" * 161, ("gsm7", 161, 2, "")),
        ("a" * 306, ("gsm7", 306, 2, "")),
        ("a" * 307, ("gsm7", 307, 3, "")),
        ("€" * 80, ("gsm7", 160, 1, "")),
        ("a" * 152 + "€" + "a" * 152, ("gsm7", 306, 3, "")),  # the sign of two places is not torn
        ("Hej på dig", ("gsm7", 10, 1, "")),
        ("”" * 70, ("ucs2", 70, 1, "”")),
        ("م" * 71, ("ucs2", 71, 2, "م")),
        ("🌱" * 35, ("ucs2", 70, 1, "🌱")),
        ("🌱" * 36, ("ucs2", 72, 2, "🌱")),
    ],
)
def test_parts_are_counted_by_alphabet_and_length(text: str, told: tuple[str, int, int, str]) -> None:
    assert segments(text) == told


@given(st.text(max_size=700))
def test_more_text_never_takes_fewer_parts_and_every_part_is_needed(text: str) -> None:
    whole = segments(text)
    assert whole.parts >= segments(text[: len(text) // 2]).parts
    most = {"gsm7": 160, "ucs2": 70}[whole.alphabet]
    assert (whole.parts <= 1) == (whole.length <= most)
