"""What is owed to holders on a day, by instrument and by age; and a proposal for what will never be redeemed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.business.reading import setting
from goodword.engine.durations import local_date, midnight
from goodword.flow.changing import change_settings
from goodword.ledger.chart import Kind
from goodword.money import Amount
from goodword.reports import breakage
from goodword.reports import liability as reading
from goodword.vouchers.estimating import Bucket
from goodword.vouchers.law import wording
from goodword.web.console import voucher_words as words
from goodword.web.console.desk import Desk, shown
from goodword.web.console.narrowing import csv_url
from goodword.web.console.sheets import sheet

REMOTE = (12, 18, 24, 36, 60)  # months after which an accountant may hold redemption for remote


@dataclass(frozen=True, slots=True)
class _Asked:
    """The days that were asked about, each to its end; ``faults`` names the fields that could not be read."""

    at: date | None
    known: date | None
    faults: frozenset[str]


def show(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Show the liability as at a day, as known at another; or give it as a file."""
    asked = _asked(request, desk)
    owed = reading.standing(
        business=desk.business, now=desk.now, at=_end(desk, asked.at), known_at=_end(desk, asked.known)
    )
    if request.GET.get("format") == "csv":
        return _sheet(desk, owed)
    on = bool(setting(desk.business, "voucher_breakage", desk.now))
    context = {
        "lines": [_line(line) for line in owed.lines], "total": _money(desk, owed.total),
        "ageing": [_ageing(desk, owed, side) for side in ("by_age", "by_left")],
        "aged": any(line.owed.kind in reading.AGED for line in owed.lines),
        "cash_out": {"vouchers": owed.cash_out.vouchers, "units": _money(desk, owed.cash_out.units)},
        "asked": asked, "today": local_date(desk.now, ZoneInfo(desk.business.timezone)), "csv_url": csv_url(request),
        "breakage": _breakage(request, desk) if on else None, "can_switch": "settings.edit" in desk.may,
    }  # fmt: skip
    return shown(request, desk, "console/report_liability.html", context, active="reports")


def switch(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Switch the estimate of breakage on or off."""
    wanted = {"voucher_breakage": request.POST.get("on", "")}
    change_settings(business=desk.business, wanted=wanted, actor=desk.actor, now=desk.now)
    messages.success(request, _("Saved."))
    return redirect("console:report_liability")


def _asked(request: HttpRequest, desk: Desk) -> _Asked:
    today = local_date(desk.now, ZoneInfo(desk.business.timezone))
    told: dict[str, date | None] = {}
    faults = set()
    for name in ("at", "known"):
        text = request.GET.get(name, "").strip()
        try:
            told[name] = date.fromisoformat(text) if text else None
        except ValueError:
            told[name] = None
            faults.add(name)
        day = told[name]
        if day is not None and not date(1900, 1, 1) <= day <= today:
            told[name] = None
            faults.add(name)
    return _Asked(told["at"], told["known"], frozenset(faults))


def _end(desk: Desk, day: date | None) -> datetime | None:
    """Return the last instant of a day that is over; a day that still runs is asked about as of now."""
    if day is None:
        return None
    after = midnight(day + timedelta(days=1), ZoneInfo(desk.business.timezone))
    return min(after - timedelta(microseconds=1), desk.now)


def _money(desk: Desk, units: int) -> Amount:
    return Amount(units, desk.business.currency)


def _line(line: reading.Line) -> dict[str, Any]:
    owed = line.owed
    parts = {name: Amount(getattr(owed, name), owed.asset) for name in ("pending", "redeemable", "expired", "total")}
    return {"name": words.INSTRUMENTS[owed.kind], **parts}


def _ageing(desk: Desk, owed: reading.Standing, side: str) -> dict[str, Any]:
    sold, given = (getattr(owed.ageing[kind], side) for kind in reading.AGED)
    rows: list[dict[str, Any]] = [
        {"name": words.AGES[one.key], "sold": _bucket(desk, one), "given": _bucket(desk, other)}
        for one, other in zip(sold, given, strict=True)
        if one.vouchers or other.vouchers or one.key not in ("over", "never")
    ]
    return {
        "by": side, "rows": rows, "most": max(row[kind]["units"].units for row in rows for kind in ("sold", "given"))
    }  # fmt: skip


def _bucket(desk: Desk, bucket: Bucket) -> dict[str, Any]:
    return {"vouchers": bucket.vouchers, "units": _money(desk, bucket.units)}


def _breakage(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    confirmed, remote = request.GET.get("confirmed") == "1", request.GET.get("remote", "")
    months = int(remote) if remote in map(str, REMOTE) else None
    told = breakage.propose(business=desk.business, now=desk.now, confirmed=confirmed, remote_after=months)
    shares = [
        {
            "place": wording.place(share.policy, desk.lang) or _("Elsewhere"), "vouchers": share.vouchers,
            "value": _money(desk, share.value), "allowed": share.breakage.allowed,
            "reason": wording.breakage(share.breakage.reason, desk.lang),
            "standing": wording.standing(share.policy, desk.lang),
        }
        for share in told.shares
    ]  # fmt: skip
    options = [{"value": "", "text": _("not decided")}]
    options += [{"value": str(n), "text": _("%(n)s months") % {"n": n}} for n in REMOTE]
    return {
        "through": told.through, "shares": shares, "confirmed": confirmed, "remote": remote, "remotes": options,
        "asks": any(share.breakage.reason in ("ask", "confirmed") for share in told.shares),
        "estimate": _estimate(desk, told), "facts": told.refused.facts if told.refused else {},
    }  # fmt: skip


def _estimate(desk: Desk, told: breakage.Proposal) -> dict[str, Any] | None:
    if told.estimate is None:
        return None
    names = ("issued", "redeemed", "lapsed", "outstanding", "breakage", "recognisable")
    return {
        "share": float(told.estimate.share), "later": _money(desk, told.estimate.redeemed_later),
        "together": {name: _money(desk, sum(getattr(each, name) for each in told.estimate.cohorts)) for name in names},
        "cohorts": [
            {"month": each.month, **{name: _money(desk, getattr(each, name)) for name in names}}
            for each in reversed(told.estimate.cohorts)
        ],
    }  # fmt: skip


def _sheet(desk: Desk, owed: reading.Standing) -> HttpResponseBase:
    parts = {"pending": _("not usable yet"), "redeemable": _("usable"), "expired": _("its last day is over")}
    sides = {"by_age": _("sold %(span)s ago"), "by_left": _("days left: %(span)s")}
    head = [_("Instrument"), _("What"), _("Vouchers"), _("Amount"), _("Asset")]
    rows: list[list[Any]] = []
    for line in owed.lines:
        name = str(words.INSTRUMENTS[line.owed.kind])
        rows += [[name, word, None, Amount(getattr(line.owed, part), line.owed.asset), line.owed.asset]
                 for part, word in parts.items()]  # fmt: skip
    for side, said in sides.items():
        for kind in reading.AGED:
            rows += list(_aged(desk, owed, kind, side, said))
    rows.append([str(words.INSTRUMENTS[Kind.SOLD_VOUCHER]), _("could be asked for in cash"), owed.cash_out.vouchers,
                 _money(desk, owed.cash_out.units), desk.business.currency])  # fmt: skip
    return sheet("liability", head, rows)


def _aged(desk: Desk, owed: reading.Standing, kind: Kind, side: str, said: str) -> Iterator[list[Any]]:
    for bucket in getattr(owed.ageing[kind], side):
        what = said % {"span": words.AGES[bucket.key]}
        yield [str(words.INSTRUMENTS[kind]), what, bucket.vouchers, _money(desk, bucket.units), desk.business.currency]
