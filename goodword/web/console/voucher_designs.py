"""Settings, Voucher designs: how printed vouchers look, with an example that follows what is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.business import paper, pictures
from goodword.business.paper import PaperMissing
from goodword.errors import NotFound, Refused
from goodword.flow.saving_designs import save_design
from goodword.flow.vouchers.designing import LONGEST_NAME, TEXTS, tried
from goodword.reports import voucher_printing as reading
from goodword.vouchers.models import Design
from goodword.vouchers.printing.checking import COLOUR, INK, LONGEST_HEADING, LONGEST_SMALL_PRINT
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs
from goodword.web.console.refusals import sentence_of
from goodword.web.console.voucher_printing import paper_missing
from goodword.web.media import url_of
from goodword.web.showing import language as language_name

LAYOUTS: dict[str, Promise] = {
    "plain": gettext_lazy("Plain: white, a band of your colour, little ink"),
    "photo": gettext_lazy("Photo: your photo beside the words"),
    "elegant": gettext_lazy("Elegant: dark, in fine letters"),
}
LANGUAGES = ("en", "sv", "ar")
BESIDE = {  # the field that a fault stands beside
    "bad_name": "name", "design_exists": "name", "heading_too_long": "heading", "small_print_too_long": "small_print",
    "closed_default": "closed",
}  # fmt: skip
WIDE = 1260  # pixels of the example


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the designs."""
    lines = [
        {"id": each.public_id, "name": each.name, "layout": str(LAYOUTS[each.layout]).partition(":")[0],
         "default": each.is_default, "closed_at": each.closed_at, "used": getattr(each, "used", 0)}
        for each in reading.designs(business=desk.business)
    ]  # fmt: skip
    context = {"tabs": settings_tabs(desk.may, current="voucher_designs"), "designs": lines,
               "may_print": "vouchers.codes" in desk.may}  # fmt: skip
    return shown(request, desk, "console/voucher_designs.html", context, active="settings")


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make a design; the first one is the default unless it is unticked."""
    first = not reading.offered(business=desk.business)
    held = {"name": "", **dict.fromkeys(TEXTS, ""), "layout": "plain", "default": first, "closed": False}
    return _form(request, desk, None, held)


def one(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Change a design, close or reopen it, make it the default."""
    design = reading.design(business=desk.business, public_id=ref)
    if design is None:
        raise Http404
    held = {"name": design.name, **{key: getattr(design, key) for key in TEXTS}, "default": design.is_default,
            "closed": design.closed_at is not None}  # fmt: skip
    return _form(request, desk, design, held)


def picture(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Return an example voucher as a PNG picture, in the design that the address tells, saved or not."""
    design = reading.design(business=desk.business, public_id=request.GET.get("of", ""))
    wanted = {key: request.GET.get(key, "") for key in TEXTS}
    try:
        page = tried(desk.business, wanted, photo=design.photo if design else "", now=desk.now)
        made = paper.picture(page, wide=WIDE)
    except Refused as refusal:
        return HttpResponse(sentence_of(refusal, lang=desk.lang), status=422, content_type="text/plain; charset=utf-8")
    except PaperMissing:
        return HttpResponse(paper_missing(), status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(made, content_type="image/png")


def _form(request: HttpRequest, desk: Desk, design: Design | None, held: dict[str, Any]) -> HttpResponse:
    if request.method != "POST":
        asked = {key: request.GET[key] for key in TEXTS if key in request.GET}  # the example, before it is saved
        return _page(request, desk, design, {**held, **_chosen(asked, request.GET)})
    sent: dict[str, Any] = {"name": request.POST.get("name", ""), **_chosen(request.POST, request.POST)}
    sent |= {"default": "default" in request.POST}
    if design is not None:
        sent |= {"closed": "closed" in request.POST, "remove_photo": "remove_photo" in request.POST}
    file: Any = request.FILES.get("photo")
    try:
        changed = save_design(
            business=desk.business, ref=design.public_id if design else "", wanted=sent, actor=desk.actor, now=desk.now,
            photo=file.read(pictures.MOST_BYTES + 1) if file is not None else None,
        )  # fmt: skip
    except (NotFound, Refused) as refusal:
        place = BESIDE.get(refusal.code, str(refusal.facts.get("field", "")))
        return _page(request, desk, design, {**held, **sent}, {place: sentence_of(refusal, lang=desk.lang)})
    messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return redirect("console:voucher_designs")


def _chosen(told: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """Return ``TEXTS`` as a form tells them; a colour counts where its box is ticked, else it is the usual one."""
    chosen = {key: told.get(key, "").strip() for key in TEXTS if key in told}
    for key in ("colour", "second_colour"):
        if key in chosen and f"own_{key}" not in sent:
            chosen[key] = ""
    return chosen


def _page(
    request: HttpRequest, desk: Desk, design: Design | None, held: dict[str, Any], faults: dict[str, str] | None = None
) -> HttpResponse:
    told, business = faults or {}, desk.business
    photo = design.photo if design else ""
    usual = {"colour": business.colour or COLOUR, "second_colour": INK}
    query = {key: held[key] for key in TEXTS} | {"of": design.public_id if design else ""}
    context = {
        "id": design.public_id if design else "", "title": design.name if design else _("New design"), **held,
        "colours": [
            {"name": key, "label": label, "own_label": own, "value": held[key] or usual[key], "own": bool(held[key])}
            for key, label, own in (
                ("colour", _("First colour"), _("Another colour than the business’s")),
                ("second_colour", _("Second colour"), _("Another colour than gold")),
            )
        ],
        "layouts": [{"value": key, "text": str(text)} for key, text in LAYOUTS.items()],
        "languages": [{"value": "", "text": _("The business’s language")},
                      *[{"value": code, "text": language_name(code)} for code in LANGUAGES]],
        "errors": {key: [text] for key, text in told.items() if key}, "fault": told.get("", ""), "failed": bool(told),
        "photo_url": url_of(photo), "query": urlencode(query), "longest": LONGEST_NAME,
        "longest_heading": LONGEST_HEADING, "longest_small_print": LONGEST_SMALL_PRINT,
        "preview_fault": _preview_fault(desk, query, photo),
    }  # fmt: skip
    return shown(request, desk, "console/voucher_design.html", context, active="settings", status=422 if told else 200)


def _preview_fault(desk: Desk, query: dict[str, str], photo: str) -> str:
    """Say why there is no example of a design; empty when there is one."""
    if paper.missing():
        return paper_missing()
    try:
        tried(desk.business, query, photo=photo, now=desk.now)
    except Refused as refusal:
        return sentence_of(refusal, lang=desk.lang)
    return ""
