"""A card says all it has to, inside its edges, one thing beside the other, in colours that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product

import pytest
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st

from goodword.business.colours import READABLE, contrast, written
from goodword.errors import Invalid
from goodword.vouchers.printing.cards import Card, Design
from goodword.vouchers.printing.checking import checked
from goodword.vouchers.printing.composing import back, front
from goodword.vouchers.printing.fitting import MM
from goodword.vouchers.printing.grids import GRIDS
from goodword.vouchers.printing.layouts import LAYOUTS as KINDS
from goodword.vouchers.printing.pieces import Drawing, Piece, Rect, Words
from goodword.vouchers.printing.typefaces import width
from tests.vouchers.printing.prints import CARD, LAYOUTS, SAID, SMALL_PRINT, WORST, design, plain

SIZES = {"a5": (210.0, 148.0), **{name: (grid.width, grid.height) for name, grid in GRIDS.items()}}
EDGE = 3.0  # millimetres that a knife may be off
STOCK = replace(CARD, value="", expires_on=None, undated=True, buyer="", recipient="", message="")
SERVICE = "One weed treatment of the whole garden, front and back, with a second visit in autumn"


def faces(card: Card, how: Design, size: str) -> Iterator[list[Piece]]:
    """Yield the front that stands alone, the front of two, and the back."""
    wide, high = SIZES[size]
    how = checked(how)
    with translation.override(how.language):
        yield front(card, how, wide=wide, high=high, alone=True)
        yield front(card, how, wide=wide, high=high, alone=False)
        yield back(card, how, wide=wide, high=high)


def said(pieces: Sequence[Piece]) -> str:
    """Return all words of a face; lines are joined as they were parted."""
    return plain(" ".join(" ".join(piece.lines) for piece in pieces if isinstance(piece, Words)))


def apart(one: Rect, other: Rect) -> bool:
    slack = 0.02
    return (
        one.right <= other.x + slack or other.right <= one.x + slack
        or one.bottom <= other.y + slack or other.bottom <= one.y + slack
    )  # fmt: skip


def is_ground(piece: Piece) -> bool:
    return isinstance(piece, Drawing) and piece.bleeds


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", SAID)
def test_nothing_overlaps_or_leaves_the_card_whatever_people_write(size: str, layout: str, language: str) -> None:
    wide, high = SIZES[size]
    cards = [CARD, WORST, replace(WORST, value="", service=SERVICE), replace(CARD, value=""), STOCK,
             replace(STOCK, value="$50")]  # fmt: skip
    for card, kind in product(cards, ("sold", "promotional")):
        if size.startswith("business") and card.service and layout == "photo":
            continue  # refused on the front alone: below
        for pieces in faces(replace(card, kind=kind), design(layout, language), size):
            placed = [
                piece
                for piece in pieces
                if isinstance(piece, Words) or (isinstance(piece, Drawing) and not piece.bleeds)
            ]
            for piece in placed:
                assert piece.rect.x >= EDGE
                assert piece.rect.right <= wide - EDGE
                assert piece.rect.y >= EDGE
                assert piece.rect.bottom <= high - EDGE
            for piece in placed:
                if isinstance(piece, Words):
                    assert len(piece.lines) * piece.size * piece.leading * MM <= piece.rect.h + 0.02
                    for line in piece.lines:
                        assert width(line, piece.style) * piece.size * MM <= piece.rect.w
            for one, other in combinations(placed, 2):
                assert apart(one.rect, other.rect), (one, other)


@pytest.mark.requirement("R7", "R8", "R9", "R12")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", SAID)
def test_every_card_says_what_it_is_worth_to_whom_and_until_when(size: str, layout: str, language: str) -> None:
    alone, first, second = map(said, faces(CARD, design(layout, language), size))
    for text in (alone, first):
        for wanted in ("$50", "Bob Haddad", "Ann Berg", "Happy birthday, Bob!", *SAID[language], CARD.serial):
            assert wanted in text
    for text in (alone, second):
        joined = text.replace("- ", "-")
        for wanted in ("4GHK-7M2P-QRS6", CARD.serial, "www.fern.example", "+1 303-555-0142", SAID[language][-1]):
            assert wanted in joined
    assert "4GHK" not in first  # who looks over a shoulder sees no code
    assert "Promotional" not in alone


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("language", "word"), [("en", "Promotional"), ("sv", "Kampanj"), ("ar", "ترويجية")])
def test_a_promotional_voucher_says_so_on_the_front_beside_its_expiry(
    size: str, layout: str, language: str, word: str
) -> None:
    alone, first, _ = map(said, faces(replace(CARD, kind="promotional"), design(layout, language), size))
    for text in (alone, first):
        assert word in text
        assert SAID[language][-1] in text
        assert SAID[language][0] not in text  # nobody bought it
    for text in map(said, faces(CARD, design(layout, language), size)):
        assert word not in text


def test_a_card_that_never_expires_says_so() -> None:
    for pieces in faces(replace(CARD, expires_on=None), design(), "dl-a4"):
        assert "No expiry date" in said(pieces)


def test_a_card_from_stock_has_a_line_for_its_value_and_no_names() -> None:
    stock = Card(serial="FERN-000001", code="4GHK7M2PQRS6", url="https://h.example/v/4GHK7M2PQRS6")
    alone = said(next(faces(stock, design(), "business-a4")))
    assert "Value" in alone
    assert "For" not in alone
    assert "From" not in alone


@pytest.mark.parametrize(("language", "none"), [("en", "No expiry"), ("sv", "Inget"), ("ar", "بلا")])
@pytest.mark.parametrize("size", SIZES)
def test_a_card_whose_last_day_is_not_known_has_a_line_for_it_once_and_does_not_say_that_there_is_none(
    size: str, language: str, none: str
) -> None:
    how = design(language=language)
    with translation.override(language):
        label = gettext("Valid until")
    alone, first, second = map(said, faces(replace(STOCK, value="$50"), how, size))
    assert (label in alone, label in first, label in second) == (True, True, False)
    assert none not in alone + first + second


def test_a_long_message_is_made_small_then_cut_and_a_value_never_is() -> None:
    pieces = next(faces(WORST, design(), "business-a4"))
    message = [piece for piece in pieces if isinstance(piece, Words) and piece.lines[0].startswith("A message")]
    assert message[0].lines[-1].endswith("…")
    assert [piece.lines for piece in pieces if isinstance(piece, Words) and "$50" in piece.lines] == [("$50",)]


@pytest.mark.parametrize("size", SIZES)
def test_a_large_value_is_set_smaller_and_an_endless_one_is_refused(size: str) -> None:
    for pieces in [*faces(replace(CARD, value="CHF 1,234,567.85"), design("photo"), size)][:2]:
        assert "CHF 1,234,567.85" in said(pieces)
    with pytest.raises(Invalid) as refused:
        next(faces(replace(CARD, value="1,234,567.85 and more " * 9), design("photo"), size))
    assert refused.value.code == "card_too_full"


def test_small_print_is_never_cut_but_refused_and_a_back_has_room_for_it() -> None:
    long = (SMALL_PRINT + " ") * 4
    wide, high = SIZES["business-a4"]
    how = checked(design(small_print=long))
    with pytest.raises(Invalid) as refused:
        front(CARD, how, wide=wide, high=high, alone=True)
    assert refused.value.code == "small_print_too_long"
    assert long.strip() in said(back(CARD, how, wide=wide, high=high))


def test_a_card_that_cannot_say_all_is_refused_and_names_itself() -> None:
    with pytest.raises(Invalid) as refused:
        front(WORST, checked(design()), wide=62.0, high=38.0, alone=True)
    assert (refused.value.code, refused.value.facts["serial"]) == ("card_too_full", CARD.serial)


@given(colour=st.tuples(*[st.integers(0, 255)] * 3), ink=st.tuples(*[st.integers(0, 255)] * 3))
def test_any_two_colours_give_words_that_can_be_read(colour: tuple[int, int, int], ink: tuple[int, int, int]) -> None:
    for layout in LAYOUTS:
        how = checked(replace(design(layout), colour=written(colour), ink=written(ink)))
        colours = KINDS[layout].palette(how)
        for text in (colours.text, colours.muted, colours.accent, colours.second):
            assert contrast(text, colours.ground) >= READABLE


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "url",
    ["https://h.example/v/4GHK7M2PQRS6", "https://vouchers.a-long-name-of-a-business.example.co.uk/v/4GHK7M2PQRS6BCDF"],
)
def test_a_qr_code_is_twenty_millimetres_with_four_modules_of_white_round_it(size: str, url: str) -> None:
    alone, _, second = faces(replace(CARD, url=url), design("elegant"), size)
    for pieces in (alone, second):
        (code,) = [piece for piece in pieces if isinstance(piece, Drawing)]
        module = code.rect.w / code.width
        assert (code.width - 8) * module >= 20 - 1e-6
        assert code.rect.w == code.rect.h
        assert 'd="M4 4.5h7' in code.svg  # the first finder, four modules from the edges


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"layout": "shiny"}, "unknown_layout"), ({"language": "xx"}, "unknown_language"),
        ({"colour": "green"}, "bad_colour"), ({"ink": "#12"}, "bad_colour"),
        ({"heading": "x" * 61}, "heading_too_long"), ({"small_print": "x" * 501}, "small_print_too_long"),
    ],
)  # fmt: skip
def test_a_design_that_cannot_be_is_refused(more: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(replace(design(), **more))  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "stolen"},
        {"service": "One weed treatment"},
        {"url": "javascript:alert(1)"},
        {"code": ""},
        {"serial": ""},
    ],
)
def test_a_card_that_cannot_be_is_a_mistake_of_ours(more: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        replace(CARD, **more)  # type: ignore[arg-type]
