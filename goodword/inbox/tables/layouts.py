"""What is known of one system's exports. The systems themselves are in ``exports/``, listed in ``presets``."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from goodword.inbox.tables.told import Words


class Layout(msgspec.Struct, frozen=True):
    """One export of a system.

    Args:
        marks: folded headers that, all together, tell it from other files.
        columns: by field, the headers it may stand under; the first that is there counts.
        constants: fields that are the same in every row.
        words: what its words mean, where the kind's own words do not say it.
        assumed: nobody showed us such a file or a description of it: the columns are what is likely.
    """

    kind: str
    marks: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str] = {}
    words: Words = {}
    assumed: bool = False


class Preset(msgspec.Struct, frozen=True):
    """A system: its name for people, the source its external ids belong to, and its exports."""

    title: str
    source: str
    layouts: tuple[Layout, ...]
