"""Pages as PDF files by WeasyPrint: a template, its context, a language; our own fonts, nothing from any network."""

from __future__ import annotations

import logging
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

STATIC = Path(__file__).resolve().parent / "static"
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class PaperMissing(Exception):
    """The machine lacks what PDF files are made with (Pango)."""


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
    maker = _maker()
    with translation.override(lang or translation.get_language()):
        code = translation.get_language() or "en"
        page = render_to_string(
            template, {**context, "lang": code, "dir": "rtl" if translation.get_language_bidi() else "ltr"}
        )
    return maker.HTML(string=page, base_url="static:", url_fetcher=_fetcher(maker)).render()


def missing() -> str:
    """Return what to install before PDF files can be made; nothing when they can."""
    try:
        _maker()
    except PaperMissing:
        return PACKAGES
    return ""


def path_of(url: str) -> Path:
    """Return the file that an address of a page means.

    Raises:
        ValueError: it is no file of ours: another scheme, or a way out of the folder.
    """
    scheme, _, name = url.partition(":")
    roots = {"static": STATIC, "media": Path(settings.MEDIA_ROOT)}
    if scheme not in roots:
        raise ValueError(f"a page takes nothing from {url[:60]}")
    root = roots[scheme].resolve()
    path = (root / name.lstrip("/")).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise ValueError(f"no file of ours: {url[:60]}")
    return path


def _maker() -> Any:
    try:
        import weasyprint
    except (OSError, DeprecationWarning) as fault:  # an import loads its libraries
        raise PaperMissing(PACKAGES) from fault
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table of a font
    return weasyprint


def _fetcher(maker: Any) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Ours(URLFetcher):
        """Serves our own files; everything else fails, and is left out of the page."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - the base class names it so
            path = path_of(url)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    assert maker is not None
    return Ours()
