"""The pictures of a design, as far as they are there."""

from __future__ import annotations

from dataclasses import replace

from goodword.business import pictures
from goodword.vouchers.printing.cards import Design, checked


def present(design: Design) -> Design:
    """Return a design checked, without a picture whose file has gone; faults as of ``cards.checked``."""
    design = checked(design)
    return replace(design, logo=_there(design.logo), photo=_there(design.photo))


def _there(name: str) -> str:
    return name if pictures.path_of(name) else ""
