"""A text is as large as its box allows, broken where it may be, and cut only when nothing else helps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.vouchers.printing.fitting import MM, Fitted, fitted, plain
from goodword.vouchers.printing.typefaces import BOLD, SERIF, SERIF_ITALIC, TEXT, Style, width

STYLES = (TEXT, BOLD, SERIF, SERIF_ITALIC)
SENTENCE = "Let somebody else do the mowing this summer"


def fit(text: str, *, style: Style = TEXT, wide: float = 40, high: float = 20, most: int = 3) -> Fitted:
    return fitted(text, style, wide=wide, high=high, size=14, floor=6, leading=1.25, most=most)


def test_what_fits_stays_as_large_as_it_was_asked_for() -> None:
    assert fit("Bob") == Fitted(("Bob",), 14, 14 * 1.25 * MM)


def test_a_longer_text_is_made_smaller_before_anything_is_cut() -> None:
    said = fit(SENTENCE, most=1, wide=55)
    assert (said.lines, said.cut) == ((SENTENCE,), False)
    assert 6 <= said.size < 14


def test_below_the_floor_it_ends_in_an_ellipsis() -> None:
    said = fit(SENTENCE * 3, most=1)
    assert (said.size, said.cut, len(said.lines)) == (6, True, 1)
    assert said.lines[0].endswith("…")
    assert said.lines[0].removesuffix("…") == SENTENCE[: len(said.lines[0]) - 1]


def test_a_box_lower_than_a_line_takes_nothing_and_says_so() -> None:
    assert fit("Bob", high=1) == Fitted((), 6, 0.0, cut=True)


def test_a_telephone_number_is_never_broken() -> None:
    number = "\u2066+1 303-555-0142\u2069"
    said = fit(f"Call us now on {number} please", wide=34)
    assert len(said.lines) > 1
    assert sum(number in line for line in said.lines) == 1


@given(
    text=st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=80)
    | st.text("abcdefgh ij-kl MNÅÖ", max_size=200)
    | st.text("عبد الرحمن محمد سارة", max_size=80),
    style=st.sampled_from(STYLES), wide=st.floats(10, 120), high=st.floats(0, 60), most=st.integers(1, 5),
)  # fmt: skip
def test_no_line_is_ever_wider_than_its_box_nor_all_of_them_higher(
    text: str, style: Style, wide: float, high: float, most: int
) -> None:
    said = fit(plain(text, lines=True), style=style, wide=wide, high=high, most=most)
    assert len(said.lines) <= most
    assert said.height <= high + 1e-6
    for line in said.lines:
        assert width(line, style) * said.size * MM <= wide + 1e-6
    if not said.cut:
        assert "".join("".join(said.lines).split()) == "".join(text_kept(text).split())


def text_kept(text: str) -> str:
    return plain(text, lines=True)


@pytest.mark.parametrize("style", STYLES)
def test_arabic_is_measured_joined(style: Style) -> None:
    assert width("سلام", style) < sum(width(letter, style) for letter in "سلام")


def test_a_character_that_no_file_has_is_given_room() -> None:
    assert width("漢", TEXT) >= 1


def test_what_nobody_should_see_is_taken_out() -> None:
    assert plain("Bob\u202e\x00  \n Haddad\t ") == "Bob Haddad"
    assert plain("one\r\n two ", lines=True) == "one\ntwo"


def test_emoji_leave_no_empty_boxes_and_words_stay_as_they_are() -> None:
    assert plain("For you ❤\ufe0f \U0001f388\U0001f44d\U0001f3fd — Zoë, محمد, 你好!") == "For you ❤ — Zoë, محمد, 你好!"
    assert plain("\U0001f469\u200d\U0001f4bb\U0001f1ec\U0001f1e7") == ""
    assert plain("می\u200cخواهم") == "می\u200cخواهم"  # a joiner within a word is spelling
