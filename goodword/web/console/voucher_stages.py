"""The report on vouchers: how many stand where, by badge, location or month (R25)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.engine.durations import local_date
from goodword.money import Amount
from goodword.reports import voucher_stages as reading
from goodword.reports.voucher_stages import STAGES, Report, Sums
from goodword.web import showing
from goodword.web.console import voucher_words as words
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import filters
from goodword.web.console.narrowing import Option, csv_url, location_options, period_options
from goodword.web.console.periods import Period, period_of
from goodword.web.console.sheets import sheet

KEPT = ("period", "from", "to", "kind", "badge", "location")
WAYS = ("badge", "location", "month")


def show(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Show vouchers by stage, or give the same numbers as a file."""
    period = period_of(request.GET, now=desk.now, zone=ZoneInfo(desk.business.timezone), default="all")
    whole = reading.report(business=desk.business, now=desk.now, start=period.start, end=period.end)
    asked = {name: request.GET.get(name, "") for name in ("kind", "badge", "location")}
    asked = {name: value if value in _known(whole, name) else "" for name, value in asked.items()}
    report = whole.only(**asked)
    if request.GET.get("format") == "csv":
        return _sheet(desk, report)
    by = request.GET.get("by", "")
    by = by if by in WAYS else "badge"
    rows = _rows(desk, report, by, asked, period)
    together = reading.by_stage(report.cells)
    context = {
        "stages": [_tile(desk, stage, together[stage], asked, period) for stage in STAGES],
        "rows": rows, "most": max((row["count"] for row in rows), default=0),
        "by": by, "asked": asked, "any": bool(report.cells),
        "ever": bool(whole.cells), "narrowed": any(asked.values()) or period.word != "all",
        "ways": filters(request, name="by", choices=_ways(), keep=KEPT),
        "period": period, "periods": period_options(), "kinds": _kinds(), "badges": _badges(whole),
        "locations": location_options(desk.business), "csv_url": csv_url(request),
    }  # fmt: skip
    return shown(request, desk, "console/report_vouchers.html", context, active="reports")


def _known(report: Report, name: str) -> Collection[str]:
    known: dict[str, Collection[str]] = {
        "kind": words.KINDS.keys(), "badge": report.badges.keys(), "location": report.locations.keys()
    }  # fmt: skip
    return known[name]


def _ways() -> list[tuple[str, str]]:
    return [("", _("By badge")), ("location", _("By location")), ("month", _("By month sold"))]


def _kinds() -> list[Option]:
    named = [{"value": code, "text": str(word)} for code, word in words.KINDS.items()]
    return [{"value": "", "text": _("All kinds")}, *named]


def _badges(report: Report) -> list[Option]:
    if not report.badges:
        return []
    named = [{"value": public_id, "text": name} for public_id, name in report.badges.items()]
    return [{"value": "", "text": _("All badges")}, *named]


def _tile(desk: Desk, stage: str, sums: Sums, asked: dict[str, str], period: Period) -> dict[str, Any]:
    word, meaning, colour = words.STAGES[stage]
    return {
        **_figures(desk, sums), "stage": stage, "word": word, "meaning": meaning, "colour": colour,
        "url": _list_url(desk, period, **asked, state=stage) if sums.count else "",
    }  # fmt: skip


def _figures(desk: Desk, sums: Sums) -> dict[str, Any]:
    currency = desk.business.currency
    return {"count": sums.count, "value": Amount(sums.value, currency), "left": Amount(sums.left, currency)}


def _rows(desk: Desk, report: Report, by: str, asked: dict[str, str], period: Period) -> list[dict[str, Any]]:
    told: list[tuple[str, dict[str, str] | None, dict[str, Sums]]] = []
    if by == "badge":
        split = reading.by_badge(report.cells)
        told = [(name, {"badge": key}, split[key]) for key, name in report.badges.items() if key in split]
        told += [(_("Without a badge"), None, split[""])] if "" in split else []
    elif by == "location":
        split = reading.by_location(report.cells)
        told = [(name, {"location": key}, split[key]) for key, name in report.locations.items() if key in split]
        told += [(_("Without a location"), None, split[""])] if "" in split else []
    else:
        months = reading.by_month(report.cells)
        for month in sorted((each for each in months if each is not None), reverse=True):
            told.append((showing.month(month), {"month": f"{month:%Y-%m}"}, months[month]))
        told += [(_("Not sold yet"), {}, months[None])] if None in months else []
    return [_row(desk, name, where, sums, asked, period) for name, where, sums in told]


def _row(
    desk: Desk, name: str, where: dict[str, str] | None, sums: dict[str, Sums], asked: dict[str, str], period: Period
) -> dict[str, Any]:
    cells: list[dict[str, Any]] = []
    for stage in STAGES:
        count = sums[stage].count
        # Of what was not sold yet the list can show the stock alone: cards spoiled since are among all that are void.
        shows = where is not None and (bool(where) or stage == "stock")
        url = _list_url(desk, period, **(asked | (where or {})), state=stage) if shows and count else ""
        cells.append({"word": words.STAGES[stage][0], "count": count, "url": url})
    said = ", ".join(f"{cell['word']} {showing.number(cell['count'])}" for cell in cells if cell["count"])
    return {
        "name": name, "cells": cells, "said": f"{name}: {said}",
        "parts": [(sums[stage].count, words.STAGES[stage][2]) for stage in STAGES],
        **_figures(desk, sum(sums.values(), Sums())),
    }  # fmt: skip


def _list_url(desk: Desk, period: Period, *, month: str = "", **narrowed: str) -> str:
    """Return the address of the list that shows just these vouchers; nothing where it cannot say so."""
    if month:
        today = local_date(desk.now, ZoneInfo(desk.business.timezone))
        if not _holds(period, date.fromisoformat(f"{month}-01"), today):
            return ""
    elif (period.start or period.end) and narrowed["state"] != "stock":
        return ""
    asked = {"month": month, **narrowed}
    return f"{reverse('console:vouchers')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _holds(period: Period, month: date, today: date) -> bool:
    """Say whether a period holds all of a month that has been so far."""
    last = min((month + timedelta(days=31)).replace(day=1) - timedelta(days=1), today)
    return (period.first is None or period.first <= month) and (period.last is None or last <= period.last)


def _sheet(desk: Desk, report: Report) -> HttpResponseBase:
    money = {"currency": desk.business.currency}
    head = [_("Stage"), _("State"), _("Kind"), _("Badges"), _("Location"), _("Month sold"), _("Vouchers"),
            _("Value, in %(currency)s") % money, _("Left, in %(currency)s") % money]  # fmt: skip
    stages = {stage: str(words.STAGES[stage][0]) for stage in STAGES}
    kinds = {kind: str(word) for kind, word in words.KINDS.items()}
    return sheet("vouchers-by-stage", head, _lines(report, stages, kinds, desk.business.currency))


def _lines(report: Report, stages: dict[str, str], kinds: dict[str, str], currency: str) -> Iterator[list[Any]]:
    for cell in report.cells:
        yield [
            stages[cell.stage], cell.stage, kinds[cell.kind], ", ".join(report.badges[badge] for badge in cell.badges),
            report.locations.get(cell.location, ""), f"{cell.month:%Y-%m}" if cell.month else "", cell.sums.count,
            Amount(cell.sums.value, currency), Amount(cell.sums.left, currency),
        ]  # fmt: skip
