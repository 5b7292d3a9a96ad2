"""HTML on pages, as PDF files by WeasyPrint: our own fonts and pictures, nothing from any network."""

from __future__ import annotations

import io
import logging
import mimetypes
import threading
from pathlib import Path
from typing import Any

from django.conf import settings

STATIC = Path(__file__).resolve().parents[1] / "web" / "static"  # the fonts lie with what is served; files, no code
_DRAWING = threading.Lock()
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class PaperMissing(Exception):
    """The machine lacks what PDF files are made with (Pango)."""


def pdf(html: str) -> bytes:
    """Return a document as a PDF file; arguments and faults as of :func:`laid_out`."""
    made: bytes | None = laid_out(html).write_pdf()
    assert made is not None
    return made


def picture(html: str, *, wide: int) -> bytes:
    """Return the first page of a document as a PNG picture; faults as of :func:`laid_out`.

    Args:
        wide: pixels.
    """
    import pypdfium2

    made = pdf(html)
    with _DRAWING:  # PDFium draws one page at a time in a process
        document = pypdfium2.PdfDocument(made)
        try:
            page = document[0]
            drawn = page.render(scale=wide / page.get_width()).to_pil().convert("RGB")
        finally:
            document.close()
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def laid_out(html: str) -> Any:
    """Return a document laid out on pages, WeasyPrint's own.

    Args:
        html: what others wrote is escaped in it; it names its pictures and fonts as ``static:<path>`` or
            ``media:<name>``.

    Raises:
        PaperMissing: WeasyPrint cannot start here; :func:`missing` says what to install.
    """
    maker = _maker()
    return maker.HTML(string=html, base_url="static:", url_fetcher=_fetcher()).render()


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


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Ours(URLFetcher):
        """Serves our own files; everything else fails, and is left out of the page."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - the base class names it so
            path = path_of(url)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return Ours()
