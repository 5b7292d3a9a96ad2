"""Overview: what happened, and what waits for a person."""

from __future__ import annotations

from typing import Any

from babel.dates import format_skeleton
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.money import Amount, to_major
from goodword.reports.overview import Year, year
from goodword.reports.pipeline import referrals
from goodword.reports.waiting import Waiting, waiting
from goodword.web import showing
from goodword.web.console.desk import Desk, shown

LATEST = 6


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the year, the queue and the latest referrals."""
    told = year(business=desk.business, now=desk.now)
    context = {
        "greeting_name": desk.person.first_name or desk.business.name,
        "stats": _stats(told, desk.business.currency),
        "waiting": _waiting(waiting(business=desk.business)),
        "latest": referrals(business=desk.business, limit=LATEST).rows,
        **_chart(told, desk.business.currency, desk.lang),
    }
    return shown(request, desk, "console/overview.html", context, active="overview")


def _stats(told: Year, currency: str) -> list[dict[str, Any]]:
    return [
        _tile(_("Referrals this month"), "handshake", told.referrals, told.referrals[-1], "primary", "referrals"),
        _tile(
            _("Revenue from friends"), "banknote-check", told.revenue, Amount(told.revenue[-1], currency), "success",
            "referrals",
        ),
        _tile(
            _("Rewards this month"), "gift", told.cost, Amount(told.cost[-1], currency), "accent", "rewards", good=-1
        ),
        {
            "label": _("Promised, not yet used"), "icon": "scale", "value": Amount(told.promised, currency),
            "change": None, "change_good": True, "spark": [], "tone": "info", "url": reverse("console:rewards"),
            "note": _("as the books stand now"),
        },
    ]  # fmt: skip


def _tile(
    label: str, icon: str, line: list[int], value: int | Amount, tone: str, page: str, good: int = 1
) -> dict[str, Any]:
    before, now = line[-2], line[-1]
    change = (now - before) / before if before else None
    return {
        "label": label, "icon": icon, "value": value, "change": change,
        "change_good": change is None or change * good >= 0, "spark": line if any(line) else [], "tone": tone,
        "note": "" if before or not now else _("none last month"), "url": reverse(f"console:{page}"),
    }  # fmt: skip


def _chart(told: Year, currency: str, lang: str) -> dict[str, Any]:
    labels = [format_skeleton("MMM", month, locale=lang) for month in told.months]
    whole = [format_skeleton("yMMMM", month, locale=lang) for month in told.months]
    return {
        "chart": {
            "labels": labels, "counts": told.referrals, "cost": [float(to_major(c, currency)) for c in told.cost],
            "currency": currency, "count_label": _("Referrals"), "cost_label": _("Reward cost"),
        },
        "chart_rows": [
            {"month": month, "count": count, "cost": Amount(cost, currency)}
            for month, count, cost in zip(whole, told.referrals, told.cost, strict=True)
        ],
    }  # fmt: skip


def _waiting(told: Waiting) -> list[dict[str, str]]:
    rewards, problems = reverse("console:rewards"), reverse("console:problems")
    since = _("The oldest since %(day)s") % {"day": showing.day(told.rewards_since)} if told.rewards_since else ""
    rows = [
        (told.rewards, "gift", "warning", rewards, since,
         ngettext("%(count)s reward to hand over", "%(count)s rewards to hand over", told.rewards)),
        (told.households, "house", "warning", rewards, _("Friend and referrer share an address. Is it real?"),
         ngettext("%(count)s household to look at", "%(count)s households to look at", told.households)),
        (told.refused, "handshake", "warning", problems, _("Somebody was named as the referrer and was not taken"),
         ngettext("%(count)s claim not counted", "%(count)s claims not counted", told.refused)),
        (told.problems + told.set_aside, "triangle-alert", "error", problems,
         _("Nothing is lost; somebody should look"),
         ngettext("%(count)s problem", "%(count)s problems", told.problems + told.set_aside)),
        (told.messages, "message-square", "error", reverse("console:messages") + "?state=failed",
         _("Look at the address or the number"),
         ngettext("%(count)s message not delivered", "%(count)s messages not delivered", told.messages)),
    ]  # fmt: skip
    return [
        {"icon": icon, "tone": tone, "url": url, "detail": str(detail), "title": title % {"count": showing.number(n)}}
        for n, icon, tone, url, detail, title in rows
        if n
    ]
