"""Exports of other systems: recognised by their headers, and how their columns and words are to be read."""

from __future__ import annotations

from collections.abc import Sequence

from goodword.inbox.tables.exports import housecall_pro, jobber, phorest, servicem8, square, timely, vonigo
from goodword.inbox.tables.kind import CONSTANT, plain_words
from goodword.inbox.tables.layouts import Layout, Preset
from goodword.inbox.tables.told import Words

__all__ = ["PRESETS", "Layout", "Preset", "layout_of", "mapping_of", "recognise", "words_of"]

PRESETS: dict[str, Preset] = {
    "servicem8": servicem8.PRESET,
    "jobber": jobber.PRESET,
    "housecall_pro": housecall_pro.PRESET,
    "vonigo": vonigo.PRESET,
    "square": square.PRESET,
    "phorest": phorest.PRESET,
    "timely": timely.PRESET,
}


def recognise(headers: Sequence[str]) -> tuple[str, str] | None:
    """Return (preset, kind) of the export that has these headers, or None; of several the one with more marks."""
    present = {plain_words(header) for header in headers}
    found = [
        (len(layout.marks), name, layout.kind)
        for name, preset in PRESETS.items()
        for layout in preset.layouts
        if layout.marks <= present
    ]
    if not found:
        return None
    _, name, kind = max(found, key=lambda each: each[0])
    return name, kind


def layout_of(preset: str, kind: str, headers: Sequence[str]) -> Layout | None:
    """Return the system's export of a kind that fits the headers best; None when it has none of that kind."""
    present = {plain_words(header) for header in headers}
    layouts = [layout for layout in PRESETS[preset].layouts if layout.kind == kind]
    return max(layouts, key=lambda layout: len(layout.marks & present) / len(layout.marks), default=None)


def mapping_of(preset: str, kind: str, headers: Sequence[str]) -> dict[str, str]:
    """Return which column each field stands in, for the columns that are there, and the constants."""
    layout = layout_of(preset, kind, headers)
    if layout is None:
        return {}
    folded = {plain_words(header): header for header in reversed(headers)}
    found = {
        field: folded[head]
        for field, heads in layout.columns.items()
        if (head := next((head for head in map(plain_words, heads) if head in folded), None)) is not None
    }
    return found | {field: f"{CONSTANT}{value}" for field, value in layout.constants.items()}


def words_of(preset: str, kind: str, headers: Sequence[str]) -> Words:
    """Return what the export's words mean, for ``Context.words``."""
    layout = layout_of(preset, kind, headers)
    return {} if layout is None else layout.words
