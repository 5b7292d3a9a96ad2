"""A customer's statement on the page, as PDF and as a spreadsheet: every entry with its cause in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.ledger.chart import Kind
from goodword.money import Amount
from goodword.reports.pipeline import named
from goodword.reports.statement import Line, Part, statement_of
from goodword.reports.worth import title
from goodword.web import paper, showing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.periods import WORDS, Period, period_of
from goodword.web.console.sharing import customer_of
from goodword.web.console.sheets import sheet

TITLES: dict[Kind, Promise] = {
    Kind.CREDIT: gettext_lazy("Service credit"),
    Kind.POINTS: gettext_lazy("Points"),
    Kind.PROMO_VOUCHER: gettext_lazy("Promotional vouchers"),
    Kind.SOLD_VOUCHER: gettext_lazy("Gift vouchers"),
    Kind.GIFT_CARD: gettext_lazy("Gift cards"),
    Kind.CASH: gettext_lazy("Pay-outs"),
    Kind.RIGHT: gettext_lazy("Discounts and special rewards"),
    Kind.OWED: gettext_lazy("Owed to the business"),
}
# What each movement is called to a customer; every recipe of ledger/recipes.py that touches a holder.
CAUSES: dict[str, Promise] = {
    "grant": gettext_lazy("Earned"),
    "sale": gettext_lazy("Bought"),
    "bring": gettext_lazy("Brought along"),
    "unbring": gettext_lazy("Brought along taken back"),
    "refund": gettext_lazy("Paid back"),
    "forfeit": gettext_lazy("Cancelled, nothing paid back"),
    "spend": gettext_lazy("Used"),
    "restore": gettext_lazy("Given back"),
    "lapse": gettext_lazy("Expired"),
    "unlapse": gettext_lazy("Not expired after all"),
    "honour": gettext_lazy("Honoured after it had expired"),
    "take_back": gettext_lazy("Taken back"),
    "owe": gettext_lazy("Owed for what had been used already"),
    "repay": gettext_lazy("Paid what was owed"),
    "forgive": gettext_lazy("Debt let off"),
    "deliver": gettext_lazy("Handed over"),
    "use_right": gettext_lazy("Handed over"),
    "use_discount": gettext_lazy("Discount used"),
    "move_to_heir": gettext_lazy("New terms, same value"),
}


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show the statement of a period."""
    return _page(request, desk, ref)


def as_pdf(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Return the statement as a PDF file, or say what the machine lacks to make one."""
    contact, period = customer_of(desk, ref), _period(request, desk)
    context = {
        "business": desk.business, "name": named(contact), "period": _words(period),
        "parts": _parts(desk, contact, period),
    }  # fmt: skip
    try:
        made = paper.pdf("paper/statement.html", context)
    except paper.PaperMissing:
        fault = _("PDF files cannot be made on this machine yet. Install: %(packages)s") % {"packages": paper.PACKAGES}
        return _page(request, desk, ref, fault=fault, status=503)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="statement-{contact.code}.pdf"'
    return answer


def as_sheet(request: HttpRequest, desk: Desk, ref: str) -> HttpResponseBase:
    """Return the statement as a CSV file."""
    contact = customer_of(desk, ref)
    parts = _parts(desk, contact, _period(request, desk))
    opening, closing = _("Opening balance"), _("Closing balance")
    head = [_("Kind"), _("Unit"), _("Time"), _("What for"), _("Movement"), _("Balance")]

    def rows() -> Iterator[list[Any]]:
        for part in parts:
            yield [part["title"], part["asset"], None, opening, None, part["opening"]]
            for line in part["lines"]:
                yield [part["title"], part["asset"], line["at"], line["cause"], line["change"], line["balance"]]
            yield [part["title"], part["asset"], None, closing, None, part["closing"]]

    return sheet(f"statement-{contact.code}", head, list(rows()))


def _page(request: HttpRequest, desk: Desk, ref: str, *, fault: str = "", status: int = 200) -> HttpResponse:
    contact, period = customer_of(desk, ref), _period(request, desk)
    context = {
        "id": contact.public_id, "name": named(contact), "parts": _parts(desk, contact, period),
        "period": period, "period_words": _words(period), "query_string": request.GET.urlencode(), "fault": fault,
        "choices": [{"value": word, "text": str(text)} for word, text in WORDS.items()],
    }  # fmt: skip
    return shown(request, desk, "console/customer_statement.html", context, active="customers", status=status)


def _period(request: HttpRequest, desk: Desk) -> Period:
    return period_of(request.GET.dict(), now=desk.now, zone=ZoneInfo(desk.business.timezone), default="all")


def _words(period: Period) -> str:
    if period.first and period.last:
        return f"{showing.day(period.first)} – {showing.day(period.last)}"
    if period.first or period.last:
        said = _("from %(day)s") if period.first else _("until %(day)s")
        return said % {"day": showing.day(period.first or period.last)}  # type: ignore[arg-type]  # one is there
    return str(WORDS["all"])


def _parts(desk: Desk, contact: Any, period: Period) -> list[dict[str, Any]]:
    told = statement_of(business=desk.business, contact=contact, start=period.start, end=period.end)
    return [_part(part, desk) for part in told]


def _part(part: Part, desk: Desk) -> dict[str, Any]:
    return {
        "title": str(TITLES[part.kind]), "asset": part.asset, "opening": Amount(part.opening, part.asset),
        "closing": Amount(part.closing, part.asset),
        "lines": [
            {
                "at": line.booked.booked_at, "cause": _cause(line, desk),
                "change": Amount(line.booked.change, part.asset), "balance": Amount(line.booked.balance, part.asset),
            }
            for line in part.lines
        ],
    }  # fmt: skip


def _cause(line: Line, desk: Desk) -> str:
    """Say what an entry was for, in words."""
    said = str(CAUSES.get(line.booked.recipe, _("Correction")))
    if line.receipt and line.booked.recipe in ("spend", "restore"):
        return _("%(what)s on receipt %(number)s") % {"what": said, "number": line.receipt}
    reward = line.reward
    if reward is None:
        return said
    if reward.referral is not None and reward.to == "referrer":
        return _("%(what)s for recommending %(name)s") % {"what": said, "name": named(reward.referral.friend)}
    return f"{said}: {title(reward, business=desk.business, lang=desk.lang)}"
