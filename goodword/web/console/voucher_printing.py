"""Vouchers on paper: one as a file, many on sheets to cut, a table for the print shop.

A file with codes is made by pressing a button, is an event, and no other site learns its address (rulings 35).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.business.paper import PACKAGES, PaperMissing
from goodword.errors import NotFound, Refused
from goodword.flow.printing_vouchers import print_one, print_sheets, print_table
from goodword.flow.spreadsheet import csv_lines, harmless
from goodword.flow.vouchers.printable import PRINTABLE, SLICE, UNREADABLE, Chosen, LeftOut, sorted_out, vouchers_of
from goodword.reports import voucher_printing as reading
from goodword.vouchers.printing.grids import GRIDS
from goodword.vouchers.printing.listing import HEAD
from goodword.web.console.desk import Desk, shown
from goodword.web.console.redeem_words import way_to
from goodword.web.console.refusals import sentence_of
from goodword.web.console.voucher_named import serials_in

GRID_NAMES: dict[str, Promise] = {
    "business-a4": gettext_lazy("Business cards, 85 × 55 mm, ten on A4"),
    "business-letter": gettext_lazy("Business cards, 3.5 × 2 inches, ten on US Letter"),
    "a6-a4": gettext_lazy("A6 cards, 138 × 95 mm, four on A4"),
    "a6-letter": gettext_lazy("A6 cards, 130 × 97 mm, four on US Letter"),
    "dl-a4": gettext_lazy("Long cards for DL envelopes, 190 × 90 mm, three on A4"),
    "dl-letter": gettext_lazy("Long cards for DL envelopes, 190 × 86 mm, three on US Letter"),
}
MOST_NAMED = 20  # stretches of serials that are named before the rest is counted
Answer = TypeVar("Answer", bound=HttpResponseBase)
LETTER = ("US", "CA", "MX", "PH", "CL", "CO")  # countries whose printers hold US Letter


def one(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show what is to be printed of one voucher; pressed, hand its PDF file over."""
    voucher = reading.voucher(business=desk.business, public_id=ref)
    if voucher is None:
        raise Http404
    fault, status = "", 200
    if request.method == "POST":
        try:
            serial, made = print_one(business=desk.business, voucher=ref, design=request.POST.get("design", ""),
                                     actor=desk.actor, now=desk.now)  # fmt: skip
        except Refused as refusal:
            fault, status = sentence_of(refusal, lang=desk.lang), 422
        except PaperMissing:
            fault, status = paper_missing(), 503
        else:
            return handed_over(HttpResponse(made, content_type="application/pdf"), f"voucher-{serial}.pdf")
    own = voucher.design.public_id if voucher.design else ""
    context = {
        "id": ref, "serial": voucher.serial, "printable": voucher.state in PRINTABLE, "fault": fault,
        "designs": _designs(desk, also=own), "design": request.POST.get("design", own),
        "back": way_to(desk, "voucher", ref),
    }  # fmt: skip
    return shown(request, desk, "console/voucher_print.html", context, active="vouchers", status=status)


def many(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Ask which cards, then how; pressed, hand one file of sheets or the table over.

    The chosen rows of a list come posted with ``ticked``, and are shown first.
    """
    sent = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(sent)
    if not chosen:
        return _ask(request, desk, fault=_("Say which cards.") if sent else "", typed="")
    try:
        chosen = replace(chosen, serials="\n".join(serials_in(request, desk, chosen.serials)))
    except Refused as refusal:
        return _ask(request, desk, fault=sentence_of(refusal, lang=desk.lang), typed=chosen.serials)
    fault, status = "", 200
    if request.method == "POST" and "ticked" not in sent:
        try:
            return _printed(request, desk, chosen)
        except (NotFound, Refused) as refusal:
            fault, status = sentence_of(refusal, lang=desk.lang), 422
        except PaperMissing:
            fault, status = paper_missing(), 503
    try:
        rows = vouchers_of(business=desk.business, chosen=chosen)
        told = sorted_out(rows)
    except NotFound as refusal:
        if not chosen.serials:
            raise Http404 from None
        return _ask(request, desk, fault=_unknown(refusal), typed=chosen.serials)
    except Refused as refusal:
        return _ask(request, desk, fault=sentence_of(refusal, lang=desk.lang), typed=chosen.serials)
    design = request.POST.get("design", reading.made_with(rows))
    context = {
        "cards": told.count, "left_out": _left_out(told.left_out), "fault": fault, "most": SLICE,
        "parts": [{"name": part.name, "first": part.first, "last": part.last, "count": part.count,
                   "serials": _serials(part.runs)} for part in told.parts],
        "hidden": _hidden(chosen), **_way_back(chosen),
        "designs": _designs(desk, also=design), "design": design, "grids": _grids(desk),
        "grid": request.POST.get("grid", _usual_grid(desk)), "backs": "backs" in request.POST,
    }  # fmt: skip
    return shown(request, desk, "console/vouchers_print.html", context, active="vouchers", status=status)


def _chosen(sent: QueryDict) -> Chosen:
    vouchers = tuple(dict.fromkeys(sent.getlist("voucher")))
    if "ticked" in sent:  # a list's form has fields of its own, of other meaning
        return Chosen(vouchers=vouchers)
    named = {name: sent.get(name, "") for name in ("batch", "sale", "serials")}
    return Chosen(vouchers=vouchers, **named)


def _left_out(found: Sequence[LeftOut]) -> list[dict[str, Any]]:
    """Return what cannot be printed, by why: its state, empty where its code cannot be read."""
    return [
        {"state": "" if each.why == UNREADABLE else each.why, "count": each.count,
         "serials": _serials(each.runs[:MOST_NAMED]), "more": len(each.runs) > MOST_NAMED}
        for each in found
    ]  # fmt: skip


def _serials(runs: list[str]) -> list[str]:
    return [run.replace("..", " – ") for run in runs]


def _way_back(chosen: Chosen) -> dict[str, str]:
    """Return where the cards were chosen."""
    if chosen.vouchers:
        return {"back": reverse("console:vouchers"), "back_text": _("Vouchers")}
    if chosen.sale:
        return {"back": reverse("console:sale", args=[chosen.sale]), "back_text": _("The sale")}
    return {"back": reverse("console:vouchers_print"), "back_text": _("Print vouchers")}


def paper_missing() -> str:
    """Return what the machine lacks to make PDF files, in a sentence."""
    return _("PDF files cannot be made on this machine yet. Install: %(packages)s") % {"packages": PACKAGES}


def _printed(request: HttpRequest, desk: Desk, chosen: Chosen) -> HttpResponseBase:
    who: dict[str, Any] = {"business": desk.business, "chosen": chosen, "actor": desk.actor, "now": desk.now}
    if request.POST.get("do") == "table":
        name, rows = print_table(**who)
        answer = StreamingHttpResponse(csv_lines(HEAD, rows, write=harmless), content_type="text/csv; charset=utf-8")
        return handed_over(answer, f"vouchers-{name}.csv")
    name, made = print_sheets(
        part=request.POST.get("part", ""), design=request.POST.get("design", ""), grid=request.POST.get("grid", ""),
        backs="backs" in request.POST, **who,
    )  # fmt: skip
    return handed_over(HttpResponse(made, content_type="application/pdf"), f"vouchers-{name}.pdf")


def handed_over(answer: Answer, name: str) -> Answer:
    """Hand a file with codes over: under a name of serials, its address told to nobody."""
    answer["Content-Disposition"] = f'attachment; filename="{name.replace("..", "-to-")}"'
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _ask(request: HttpRequest, desk: Desk, *, fault: str, typed: str) -> HttpResponse:
    runs = [
        {"id": each.public_id, "name": each.label or each.prefix, "count": each.count, "at": each.created_at}
        for each in reading.batches(business=desk.business)
    ]
    context = {"fault": fault, "typed": typed, "runs": runs, "may_design": "vouchers.design" in desk.may}
    status = 422 if fault else 200
    return shown(request, desk, "console/vouchers_print_which.html", context, active="vouchers", status=status)


def _unknown(refusal: NotFound) -> str:
    serials: Any = refusal.facts.get("serials", [])
    told = ", ".join(serials[:5]) + (" …" if len(serials) > 5 else "")
    return _("There is no card of these serials: %(serials)s") % {"serials": told}


def _hidden(chosen: Chosen) -> list[tuple[str, str]]:
    told = [("batch", chosen.batch), ("sale", chosen.sale), ("serials", chosen.serials)]
    return [*[(name, value) for name, value in told if value], *[("voucher", each) for each in chosen.vouchers]]


def _designs(desk: Desk, *, also: str) -> list[dict[str, str]]:
    """Return the choice of designs; one that is plain where the business has no default."""
    found = reading.offered(business=desk.business, also=also)
    plain = [] if any(each.is_default for each in found) else [{"value": "", "text": _("Plain, in your colour")}]
    return [*plain, *[{"value": each.public_id, "text": each.name} for each in found]]


def _grids(desk: Desk) -> list[dict[str, str]]:
    """Return the choice of sheets, those on the paper of the country first."""
    letter = desk.business.country in LETTER
    names = sorted(GRIDS, key=lambda name: (GRIDS[name].paper == "letter") != letter)
    return [{"value": name, "text": str(GRID_NAMES[name])} for name in names]


def _usual_grid(desk: Desk) -> str:
    return "business-letter" if desk.business.country in LETTER else "business-a4"
