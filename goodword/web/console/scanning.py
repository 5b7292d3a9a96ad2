"""The code on a card read out of a photo, for a field that can also be typed into; the picture is kept nowhere.

Scripts ask :func:`read`, also for one look of the camera after another; without them the form that holds the field
brings the photo itself, and its page asks :func:`photographed`. Nothing is looked up here, so nothing can be guessed.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from goodword.business import pictures
from goodword.errors import Invalid, Refused
from goodword.vouchers.scanning import text_in
from goodword.web.console.desk import Desk
from goodword.web.console.refusals import sentence_of
from goodword.web.counting import one_more

PHOTO = "photo"
WINDOW = 60  # seconds
MOST = 300  # pictures of one member of staff in a window: a camera sends three a second at most
SEEN = frozenset({"no_code_found", "several_codes_found"})  # what a camera goes on from


def read(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Answer a picture with ``{text}``, or with ``{text: "", code, said}``; that it shows no code is no failure."""
    try:
        text = photographed(request, desk)
        if text is None:
            raise Invalid("photo_required", "send the picture as the field photo")
    except Refused as refusal:
        status = 200 if refusal.code in SEEN else 429 if refusal.code == "too_many_pictures" else 422
        told = {"text": "", "code": refusal.code, "said": sentence_of(refusal, lang=desk.lang)}
        return JsonResponse(told, status=status)
    return JsonResponse({"text": text})


def photographed(request: HttpRequest, desk: Desk) -> str | None:
    """Return the code in the photo that a form brought; None when it brought none.

    Raises:
        Refused: ``too_many_pictures`` with ``retry_after`` in seconds. Invalid: as
            :func:`goodword.vouchers.scanning.text_in`.
    """
    file: Any = request.FILES.get(PHOTO)
    if file is None:
        return None
    _count(desk)
    return text_in(file.read(pictures.MOST_BYTES + 1))


def _count(desk: Desk) -> None:
    """Count a picture of this person's.

    Raises:
        Refused: ``too_many_pictures``.
    """
    second = int(desk.now.timestamp())
    name = f"scan:{desk.business.pk}:{desk.person.pk}:{second // WINDOW}"
    if one_more(name, seconds=2 * WINDOW) > MOST:
        raise Refused("too_many_pictures", "too many pictures at once", retry_after=WINDOW - second % WINDOW)
