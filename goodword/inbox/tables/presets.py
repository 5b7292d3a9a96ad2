"""Exports of other systems: how their columns and words are to be read. Recognised by their headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from goodword.inbox.tables.told import Words


class Layout(msgspec.Struct, frozen=True):
    """One export of a system: ``marks`` are headers that tell it from all others."""

    kind: str
    marks: tuple[str, ...]
    mapping: Mapping[str, str]
    words: Words = {}


class Preset(msgspec.Struct, frozen=True):
    """A system: its name for people, the source its external ids belong to, and its exports by kind."""

    title: str
    source: str
    layouts: tuple[Layout, ...]


PRESETS: dict[str, Preset] = {}


def recognise(headers: Sequence[str]) -> tuple[str, str] | None:
    """Return (preset, kind) of the export that has these headers, or None."""
    present = set(headers)
    for name, preset in PRESETS.items():
        for layout in preset.layouts:
            if set(layout.marks) <= present:
                return name, layout.kind
    return None
