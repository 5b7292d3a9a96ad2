"""Expiring vouchers: what lapses when and whom to call, extended with a reason, one or many (R17)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.business.reading import setting
from goodword.errors import Refused
from goodword.flow.extending import MOST, Extended, extend_many, last_day_after
from goodword.money import Amount
from goodword.reports import badges as badge_reading
from goodword.reports import expiring as reading
from goodword.reports.expiring import Asked, Due
from goodword.reports.pipeline import named
from goodword.web import showing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import filters, paged
from goodword.web.console.narrowing import location_options
from goodword.web.console.refusals import sentence_of
from goodword.web.console.sheets import sheet

KEPT = ("month", "location", "badge")
LAPSED = "lapsed"
CHOICES = (3, 6, 12)  # months
SUGGESTED = "3"
DAY = "day"
FAR = 365  # days
SOON = 30  # days: from then on the last day is told as a warning
BATCH = re.compile(r"[A-Za-z0-9_-]{8,40}")


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the queue, the soonest first, or what has lapsed."""
    asked, after = _asked(request), request.GET.get("after", "")
    page = reading.expiring(business=desk.business, asked=asked, after=after, now=desk.now)
    stake = None if after else reading.stake(business=desk.business, asked=asked, now=desk.now)
    badges = badge_reading.badges(business=desk.business)
    context = {
        "due": [_line(due, desk) for due in page.rows], "lapsed": asked.lapsed, "asked": asked,
        "count": stake.number if stake else None,
        "units": Amount(stake.units, desk.business.currency) if stake else None,
        "filters": filters(request, name="state", choices=[("", _("Will lapse")), (LAPSED, _("Have lapsed"))],
                           keep=("location", "badge")),
        "months": _months(desk, asked), "locations": location_options(desk.business),
        "badge_options": [{"value": "", "text": _("All badges")},
                          *({"value": b.public_id, "text": b.name} for b in badges)] if badges else [],
        "narrowed": any(request.GET.get(name) for name in KEPT), "can_change": "vouchers.change" in desk.may,
        "reminders": bool(setting(desk.business, "voucher_reminders", desk.now)),
        "sheet_url": f"{reverse('console:vouchers_expiring_sheet')}?{request.GET.urlencode()}",
        **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/expiring.html", context, active="vouchers")


def as_sheet(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Send the queue as it is narrowed, as a CSV file; codes are not in it."""
    asked = _asked(request)
    head = [_("Serial"), _("Last day"), _("Days left"), _("Lapsed") if asked.lapsed else _("Left"), _("Currency"),
            _("Contact"), _("Part"), _("Phone"), _("E-mail"), _("Location"), _("Badges"), _("Reminded"),
            _("Id")]  # fmt: skip
    parts = {True: _("Recipient"), False: _("Buyer")}
    rows = reading.each(business=desk.business, asked=asked, now=desk.now)
    return sheet("expiring-vouchers", head, _cells(rows, parts))


def extend(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what extending the chosen vouchers would do; with ``confirm``, do it."""
    refs = [request.POST["only"]] if request.POST.get("only") else request.POST.getlist("voucher")
    found = reading.several(business=desk.business, public_ids=list(dict.fromkeys(refs))[:MOST], now=desk.now)
    if not found:
        messages.warning(request, _("Choose at least one voucher."))
        return redirect("console:vouchers_expiring")
    batch = request.POST.get("batch", "")
    if "confirm" not in request.POST or not BATCH.fullmatch(batch):
        return _confirmation(request, desk, found)
    wanted = _Wanted.of(request)
    if wanted.fault:
        return _confirmation(request, desk, found, wanted, {"expires_on": wanted.fault})
    try:
        told = extend_many(
            business=desk.business, vouchers=[due.row.public_id for due in found], months=wanted.months,
            last_day=wanted.day, reason=wanted.reason, actor=desk.actor, batch=batch, now=desk.now,
        )  # fmt: skip
    except Refused as refusal:
        field = "reason" if refusal.code == "reason_required" else "expires_on"
        return _confirmation(request, desk, found, wanted, {field: sentence_of(refusal, lang=desk.lang)})
    return _result(request, desk, told)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the form asks for: so many months, or a day."""

    by: str
    expires_on: str
    reason: str
    fault: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> _Wanted:
        by, text = request.POST.get("by", SUGGESTED), request.POST.get("expires_on", "").strip()
        fault = ""
        if by != DAY and by not in map(str, CHOICES):
            fault = _("Choose one of these.")
        elif by == DAY and _read_day(text) is None:
            fault = _("Choose the new last day.")
        return cls(by, text, request.POST.get("reason", "").strip(), fault)

    @property
    def months(self) -> int | None:
        return int(self.by) if self.by != DAY else None

    @property
    def day(self) -> date | None:
        return _read_day(self.expires_on) if self.by == DAY else None


def _confirmation(
    request: HttpRequest, desk: Desk, found: list[Due], wanted: _Wanted | None = None,
    faults: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    gone = any(due.days < 0 for due in found)
    suggested = _("A courtesy: it had just lapsed.") if gone else _("A courtesy, before it lapses.")
    wanted = wanted or _Wanted(SUGGESTED, "", suggested)
    told, batch = faults or {}, request.POST.get("batch", "")
    alone = found[0] if len(found) == 1 else None
    context = {
        "due": [_line(due, desk) for due in found],
        "batch": batch if BATCH.fullmatch(batch) else secrets.token_urlsafe(12),
        "ways": [_way(n, alone) for n in CHOICES] + [{"value": DAY, "text": _("Until a day"), "note": ""}],
        "by": wanted.by, "expires_on": wanted.expires_on, "reason": wanted.reason,
        "errors": {name: [fault] for name, fault in told.items()}, "gone": gone, "several": alone is None,
        "total": Amount(sum(due.units for due in found), desk.business.currency),
    }  # fmt: skip
    return shown(request, desk, "console/expiring_extend.html", context, active="vouchers", status=422 if told else 200)


def _result(request: HttpRequest, desk: Desk, told: list[Extended]) -> HttpResponse:
    failed = {each.voucher: sentence_of(each.refusal, lang=desk.lang) for each in told if each.refusal is not None}
    done = len(told) - len(failed)
    if done:
        said = ngettext("%(count)s voucher was extended.", "%(count)s vouchers were extended.", done)
        messages.success(request, said % {"count": showing.number(done)})
    if not failed:
        return redirect("console:vouchers_expiring")
    now = reading.several(business=desk.business, public_ids=[each.voucher for each in told], now=desk.now)
    lines = [_line(due, desk) | {"fault": failed.get(due.row.public_id, "")} for due in now]
    context = {
        "failed": [line for line in lines if line["fault"]], "done": [line for line in lines if not line["fault"]],
    }  # fmt: skip
    return shown(request, desk, "console/expiring_done.html", context, active="vouchers")


def _asked(request: HttpRequest) -> Asked:
    return Asked(
        lapsed=request.GET.get("state") == LAPSED,
        **{name: request.GET.get(name, "") for name in KEPT},
    )


def _months(desk: Desk, asked: Asked) -> list[dict[str, str]]:
    found = reading.months(business=desk.business, lapsed=asked.lapsed, now=desk.now)
    said = [{"value": f"{day:%Y-%m}", "text": format_skeleton("yMMMM", day, locale=desk.lang)} for day in found]
    return [{"value": "", "text": _("Any month")}, *said]


def _way(months: int, alone: Due | None) -> dict[str, str]:
    """Return one choice; of a single voucher with the day that comes of it."""
    said = ngettext("%(count)s month longer", "%(count)s months longer", months) % {"count": showing.number(months)}
    if alone is None:
        return {"value": str(months), "text": said, "note": ""}
    new = last_day_after(last_day=alone.last_day, months=months, today=_today(alone))
    return {"value": str(months), "text": said, "note": _("until %(day)s") % {"day": showing.day(new)}}


def _today(due: Due) -> date:
    return date.fromordinal(due.last_day.toordinal() - due.days)


def _line(due: Due, desk: Desk) -> dict[str, Any]:
    row, whom = due.row, due.whom
    return {
        "id": row.public_id, "serial": row.serial, "kind": row.kind, "service": row.service,
        "last_day": showing.day(due.last_day), "when": _when(due.days), "soon": 0 <= due.days <= SOON,
        "left": Amount(due.units, row.currency), "state": row.state if row.frozen_at is None else "frozen",
        "name": named(whom) if whom else "", "part": _("recipient") if row.recipient else _("buyer") if whom else "",
        "url": reverse("console:customer", args=[whom.public_id]) if whom and "customers.see" in desk.may else "",
        "phone": (whom.phone or "") if whom else "", "email": (whom.email or "") if whom else "",
        "location": row.location.name if row.location else "", "badges": list(row.badges.all()),
        "reminded": showing.day(row.reminded_at) if row.reminded_at else "",
    }  # fmt: skip


def _when(days: int) -> str:
    """Return how far off a last day is, where that says more than its date."""
    if abs(days) > FAR:
        return ""
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": showing.number(days)}
    return ngettext("%(count)s day ago", "%(count)s days ago", -days) % {"count": showing.number(-days)}


def _cells(rows: Iterable[Due], parts: dict[bool, str]) -> Iterator[tuple[Any, ...]]:
    for due in rows:
        row, whom = due.row, due.whom
        yield (
            row.serial, due.last_day.isoformat(), due.days, Amount(due.units, row.currency), row.currency,
            named(whom) if whom else "", parts[row.recipient is not None] if whom else "",
            (whom.phone or "") if whom else "", (whom.email or "") if whom else "",
            row.location.name if row.location else "", ", ".join(badge.name for badge in row.badges.all()),
            row.reminded_at, row.public_id,
        )  # fmt: skip


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
