"""Pages as PDF files: a template, its context, a language; how they are laid out is ``business/paper.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from goodword.business import paper
from goodword.business.paper import PACKAGES, PaperMissing, missing, path_of

__all__ = ["PACKAGES", "PaperMissing", "laid_out", "missing", "path_of", "pdf"]


def pdf(template: str, context: Mapping[str, Any], *, lang: str = "") -> bytes:
    """Return a template as a PDF file; arguments and faults as of :func:`laid_out`."""
    made: bytes | None = laid_out(template, context, lang=lang).write_pdf()
    assert made is not None
    return made


def laid_out(template: str, context: Mapping[str, Any], *, lang: str = "") -> Any:
    """Return a template laid out on pages, WeasyPrint's document.

    Args:
        template: of ``templates/paper``; it names its pictures and fonts as ``static:<path>`` or ``media:<name>``.
        lang: the language it is written in, which also gives its direction; empty: the active one.

    Raises:
        PaperMissing: WeasyPrint cannot start here; :func:`missing` says what to install.
    """
    with translation.override(lang or translation.get_language()):
        code = translation.get_language() or "en"
        page = render_to_string(
            template, {**context, "lang": code, "dir": "rtl" if translation.get_language_bidi() else "ltr"}
        )
    return paper.laid_out(page)
