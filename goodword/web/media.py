"""``/media/<name>``: a business's logo and photo, for everybody. Nothing else that is kept as a file is served."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from goodword.business.pictures import TYPES, path_of


@require_safe
def show(_request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """Serve one picture; its name never means another, so it may be kept for a year."""
    path = path_of(f"{folder}/{name}")
    if path is None:
        raise Http404
    answer = HttpResponse(path.read_bytes(), content_type=TYPES[path.suffix])
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = "inline"
    return answer


def url_of(name: str) -> str:
    """Return the address of a stored picture; empty for none."""
    return reverse("media", args=name.split("/")) if path_of(name) is not None else ""
