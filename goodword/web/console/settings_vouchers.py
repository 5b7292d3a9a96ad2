"""Settings, Vouchers: serials, how long new ones are valid, reminders, VAT; and the law that holds at each place."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.engine.durations import local_date, parse_duration
from goodword.engine.wording.language import language
from goodword.reports import vouchers_law
from goodword.reports.vouchers_law import Place
from goodword.vouchers.law import wording
from goodword.web import showing
from goodword.web.console.desk import Desk
from goodword.web.console.settings_form import Ask, Page, Section, choices_page


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how vouchers are made and reminded of, and change it."""
    return choices_page(request, desk, _page)


def what_happens(told: dict[str, Any], *, lang: str) -> list[str]:
    """Return in sentences what these settings make happen."""
    to, months = language(lang), int(told["voucher_months"])
    said = ngettext(
        "A new voucher is valid for %(count)s month, or longer where the law asks for it.",
        "A new voucher is valid for %(count)s months, or longer where the law asks for it.", months,
    )  # fmt: skip
    says = [said % {"count": showing.number(months)}]
    waits = [to.duration(parse_duration(text)) for text in told["voucher_reminders"]]
    if waits:
        says.append(
            _("Whoever holds one is reminded %(waits)s before its last day; the buyer where nobody else is known.")
            % {"waits": to.listed(waits)}
        )
    else:
        says.append(_("Nobody is reminded of a last day."))
    if told["voucher_vat"] == "single":
        says.append(_("VAT is due when a voucher is sold: it is clear then what it will be used for."))
    else:
        says.append(_("VAT is due when a voucher is used, not when it is sold."))
    return says


def _page(desk: Desk, told: dict[str, Any]) -> Page:
    vat = [
        {"value": "multi", "text": _("When it is used (multi-purpose)")},
        {"value": "single", "text": _("When it is sold (single-purpose)")},
    ]
    cards = Section(_("Cards"), "ticket-percent", [
        Ask("voucher_prefix", _("Letters before the number"), value=told["voucher_prefix"],
            help=_("Like FERN in FERN-000123. Empty: made of your name. Serials that are there already stay.")),
        Ask("voucher_months", _("Valid for so many months"), kind="number", value=told["voucher_months"],
            help=_("From 1 to 120. Where the law asks for longer, a sold voucher is valid longer by itself.")),
        Ask("voucher_vat", _("When VAT is due"), kind="choice", options=vat, value=told["voucher_vat"],
            help=_("Kept with each voucher from its sale on. Ask your accountant which of the two it is.")),
    ])  # fmt: skip
    reminders = Section(_("Reminders"), "bell", [
        Ask("voucher_reminders", _("Remind before the last day"), kind="spans", value=told["voucher_reminders"],
            help=_("Up to three, in days or months. Leave all empty to remind nobody.")),
    ])  # fmt: skip
    today = local_date(desk.now, ZoneInfo(desk.business.timezone))
    places = vouchers_law.places(business=desk.business, today=today)
    return Page(
        name="settings_vouchers", lead=_("How vouchers are numbered, how long they are valid and who is reminded."),
        sections=[cards, reminders], says=what_happens(told, lang=desk.lang),
        extra={"places": [_place(each, desk, today) for each in places]}, template="console/vouchers_settings.html",
    )  # fmt: skip


def _place(each: Place, desk: Desk, today: Any) -> dict[str, str]:
    policy, lang = each.policy, desk.lang
    return {
        "name": each.location.name if each.location else desk.business.name,
        "rule": wording.rule(policy, lang), "cash_out": wording.cash_out(policy, today, lang) or "",
        "source": policy.source, "url": policy.url, "standing": wording.standing(policy, lang),
        "verified": "1" if policy.status == "verified" else "",
    }  # fmt: skip
