"""Sheets to cut: every card once, backs behind their fronts, marks outside the cards, nothing lost over the edge."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goodword.business import paper
from goodword.errors import Invalid
from goodword.vouchers.printing import sheets
from goodword.vouchers.printing.grids import GRIDS, PAPERS
from goodword.vouchers.printing.sheets import AWAY, LONG
from tests.vouchers.printing.prints import CARD, LAYOUTS, SAID, WORST, design, numbered, pages, scanned, sizes, words

pango = pytest.mark.skipif(bool(paper.missing()), reason="Pango is not on this machine")
DPI = 150
REACHED = 8.5  # millimetres from a sheet's edge: room for the marks, and what every office printer reaches
NAMED = {"business-a4": 10, "business-letter": 10, "a6-a4": 4, "a6-letter": 4, "dl-a4": 3, "dl-letter": 3}


@pytest.mark.parametrize("name", GRIDS)
def test_cards_and_marks_lie_where_an_office_printer_reaches(name: str) -> None:
    grid = GRIDS[name]
    block, sheet = grid.block, grid.sheet
    assert grid.count == NAMED[name]
    assert {round(sheet.width, 1), round(sheet.height, 1)} in [{p.width, p.height} for p in PAPERS.values()]
    assert min(block.x, block.y, sheet.width - block.right, sheet.height - block.bottom) >= REACHED
    assert min(block.x, block.y) >= AWAY + LONG


@pytest.mark.parametrize("name", GRIDS)
def test_a_back_lies_where_the_turned_sheet_has_its_front(name: str) -> None:
    grid = GRIDS[name]
    assert grid.flip == ("short" if grid.sheet.width > grid.sheet.height else "long")
    for number in range(grid.count):
        ahead, behind = grid.place(number), grid.place(number, back=True)
        assert behind.x == pytest.approx(grid.sheet.width - ahead.right)
        assert (behind.y, behind.w, behind.h) == (ahead.y, ahead.w, ahead.h)


@pango
@pytest.mark.parametrize(
    ("name", "layout"), [*((name, "plain") for name in GRIDS), *(("business-a4", layout) for layout in LAYOUTS[1:])]
)
def test_every_card_is_printed_once_and_scans(name: str, layout: str) -> None:
    grid = GRIDS[name]
    cards = numbered(grid.count + 1)
    made = sheets.pdf(cards, design(layout), grid=name)
    assert sizes(made) == [(round(grid.sheet.width), round(grid.sheet.height))] * 2
    first, last = (scanned(page) for page in pages(made, dpi=200))
    assert set(first) == {card.url for card in cards[:-1]}
    assert set(last) == {cards[-1].url}


@pango
@pytest.mark.parametrize("name", ["business-a4", "a6-letter"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_backs_follow_their_fronts_and_lie_mirrored(name: str, language: str) -> None:
    grid = GRIDS[name]
    cards = numbered(grid.count)
    made = sheets.pdf(cards, design("elegant", language), grid=name, backs=True)
    ahead, behind = pages(made, dpi=200)
    assert scanned(ahead) == {}
    found = scanned(behind)
    assert len(found) == grid.count
    for number, card in enumerate(cards):
        place, (across, down) = grid.place(number, back=True), found[card.url]
        assert place.x < across * grid.sheet.width < place.right
        assert place.y < down * grid.sheet.height < place.bottom


@pango
@pytest.mark.parametrize("name", GRIDS)
def test_crop_marks_stand_outside_the_cards_at_every_cut(name: str) -> None:
    grid = GRIDS[name]
    (sheet,) = pages(sheets.pdf(numbered(1), design(), grid=name), dpi=300)
    block, dot = grid.block, 300 / 25.4

    def dark(x: float, y: float) -> bool:
        near = sheet.crop((int(x * dot) - 2, int(y * dot) - 2, int(x * dot) + 3, int(y * dot) + 3)).convert("L")
        return near.getextrema()[0] < 110  # type: ignore[operator]

    for column in range(grid.columns + 1):
        x = block.x + column * grid.width
        for y in (block.y, block.bottom):
            out = -1 if y == block.y else 1
            assert dark(x, y + out * (AWAY + LONG / 2))
            assert not dark(x + 4, y + out * (AWAY + LONG / 2))
            assert not dark(x, y + out * (AWAY - 0.4))
    for row in range(grid.rows + 1):
        y = block.y + row * grid.height
        for x in (block.x, block.right):
            out = -1 if x == block.x else 1
            assert dark(x + out * (AWAY + LONG / 2), y)
            assert not dark(x + out * (AWAY + LONG / 2), y + 4)


@pango
@pytest.mark.parametrize("language", SAID)
def test_whatever_people_write_a_sheet_stays_a_sheet(language: str) -> None:
    cards = [replace(WORST, serial=card.serial, url=card.url) for card in numbered(10)]
    made = sheets.pdf(cards, design("photo", language), grid="business-letter")
    assert len(sizes(made)) == 1
    assert set(scanned(pages(made, dpi=200)[0])) == {card.url for card in cards}


@pango
def test_each_sheet_tells_its_cards_and_how_it_is_turned() -> None:
    page = sheets.page(numbered(12), design(), grid="business-a4", backs=True)
    told = words(paper.laid_out(page))
    assert len(told) == 4
    assert "FERN-000001 – FERN-000010 1 / 2" in told[0]
    assert "turn over the long edge" not in told[0]
    assert "FERN-000011 – FERN-000012 2 / 2" in told[3]
    assert "Print on both sides; turn over the long edge." in told[3]


@pytest.mark.parametrize(
    ("count", "grid", "code"),
    [(1, "a3", "unknown_grid"), (0, "dl-a4", "no_cards"), (1001, "dl-a4", "too_many_cards")],
)
def test_what_cannot_be_printed_is_refused(count: int, grid: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        sheets.pdf([CARD] * count, design(), grid=grid)
    assert refused.value.code == code
