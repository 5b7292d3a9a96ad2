"""``/qr/<code>.svg``: a referral link as a picture, for paper."""

from __future__ import annotations

import io

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from goodword import codes
from goodword.outbox.links import referral_link
from goodword.reports.customers import by_code


@require_safe
def picture(_request: HttpRequest, code: str) -> HttpResponse:
    """Draw the QR code of one link."""
    owner = by_code(codes.normalise(code)[:20])
    if owner is None:
        raise Http404
    out = io.BytesIO()
    segno.make(referral_link(owner.code), error="m", micro=False).save(out, kind="svg", scale=8, border=4)
    answer = HttpResponse(out.getvalue(), content_type="image/svg+xml")
    answer["Referrer-Policy"] = "no-referrer"
    answer["Content-Disposition"] = f'inline; filename="{owner.code}.svg"'
    return answer
