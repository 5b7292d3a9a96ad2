"""Where the names of the columns stand: reports have lines above them, like “Sales 2025” or “From 1 May to 31 May”.

A row is taken for the header only when it looks like one, and what stands above it has at most half as many cells
filled, or far fewer names that we know; else it is the first row, as in most files. Which one was taken is shown, and
may be said otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from goodword.inbox.tables.forms import MOST_TITLES
from goodword.inbox.tables.kind import plain_words
from goodword.inbox.tables.kinds import KINDS
from goodword.inbox.tables.presets import PRESETS

SURE = 3  # names of columns that we know, of which a row is a header however full the lines above it are
_FIGURES = re.compile(r"[\W_]*\d[\d\W_]*|.*@.*|.*\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}.*")


def header_row(records: Sequence[Sequence[str]]) -> int:
    """Return in which row, from 1, the names of the columns stand.

    Args:
        records: the first rows of the file, blank ones too; more than ``MOST_TITLES`` are not looked at.
    """
    shown = [[cell.strip() for cell in record if cell.strip()] for record in records[: MOST_TITLES + 1]]
    filled = [place for place, cells in enumerate(shown) if cells]
    if not filled:
        return 1
    widest = max(len(shown[place]) for place in filled)
    known = {place: known_names(shown[place]) for place in filled}
    chosen = filled[0]
    full = next(place for place in filled if len(shown[place]) * 2 > widest)
    if _looks_like_names(shown[full]) and known[full] >= max(known[place] for place in filled if place <= full):
        chosen = full
    best = max(filled, key=lambda place: (_looks_like_names(shown[place]), known[place], -place))
    if best > chosen and known[best] >= max(SURE, 2 * known[chosen]) and len(shown[best]) > len(shown[chosen]):
        chosen = best
    return chosen + 1


def known_names(cells: Sequence[str]) -> int:
    """Return how many different names of columns that we know these cells are."""
    return len({plain_words(cell) for cell in cells} & _names())


def _looks_like_names(cells: Sequence[str]) -> bool:
    """Say whether these are names, most of them once: no figures, dates or addresses, as the rows below have them."""
    return len(set(cells)) * 4 >= len(cells) * 3 and not any(_FIGURES.fullmatch(cell[:200]) for cell in cells)


@cache
def _names() -> frozenset[str]:
    of_kinds = (head for kind in KINDS.values() for field in kind.fields for head in (field.name, *field.synonyms))
    of_systems = (head for preset in PRESETS.values() for layout in preset.layouts for heads in layout.columns.values()
                  for head in heads)  # fmt: skip
    return frozenset(map(plain_words, (*of_kinds, *of_systems)))
