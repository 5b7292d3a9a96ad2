"""Overview: what happened, and what waits for a person."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.money import Amount, to_major
from goodword.reports.lately import lately
from goodword.reports.overview import Begun, Span, Year, begun, span, year
from goodword.reports.pipeline import referrals
from goodword.reports.waiting import Waiting, waiting
from goodword.web import showing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.happenings import timeline
from goodword.web.console.periods import WORDS, period_of
from goodword.web.console.roles import PAGES

LATEST = 6


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the figures, what waits, what happened and the latest referrals."""
    told = year(business=desk.business, now=desk.now)
    zone = ZoneInfo(desk.business.timezone)
    period = period_of(request.GET, now=desk.now, zone=zone)
    chosen = (
        told.whole
        if period.word == "twelve"
        else span(business=desk.business, first=period.first, last=period.last, now=desk.now, earned=told.earned)
    )
    currency = desk.business.currency
    context = {
        "greeting_name": desk.person.first_name or desk.business.name,
        "stats": _stats(told, currency),
        "steps": _steps(begun(business=desk.business), desk),
        "waiting": _waiting(waiting(business=desk.business, now=desk.now), desk),
        "happened": _happened(desk),
        "latest": referrals(business=desk.business, limit=LATEST).rows,
        "period": period, "periods": [{"value": word, "text": str(words)} for word, words in WORDS.items()],
        **_chart(chosen, currency),
    }  # fmt: skip
    return shown(request, desk, "console/overview.html", context, active="overview")


def _steps(told: Begun, desk: Desk) -> list[dict[str, Any]]:
    """Return the first steps of a new business, in their order; nothing once they are all taken."""
    if told.programme and told.referral:
        return []
    rows = [
        (told.programme, "programme_new", _("Publish a programme"),
         _("What your customers are promised, in plain words.")),
        (told.customer, "customer_new", _("Enter your first customer"),
         _("Everybody gets a referral link of their own.")),
        (told.referral, "customers", _("Pass a link on"),
         _("Open a customer and share the link, or show its picture.")),
    ]  # fmt: skip
    if told.kept_here:
        said = _("They are kept here until somebody sets up who sends text messages and e-mails.")
        rows.append((False, "messages", _("Let messages go out"), said))
    return [
        {
            "done": done, "title": title, "text": text,
            "url": reverse(f"console:{page}") if PAGES[page] in desk.may else "",
            "bring": page == "customer_new" and not done and PAGES["imports"] in desk.may,
        }
        for done, page, title, text in rows
    ]  # fmt: skip


def _happened(desk: Desk) -> list[dict[str, Any]]:
    rows = lately(business=desk.business, lang=desk.lang)
    items = timeline(rows, currency=desk.business.currency)
    for row, item in zip(rows, items, strict=True):
        if "reward" in row.facts:
            item["url"] = reverse("console:reward", args=[row.facts["reward"]])
    return items


def _stats(told: Year, currency: str) -> list[dict[str, Any]]:
    """Return the four tiles; a change is against last month up to the same day, so that a month that runs is fair."""
    referrals, revenue, cost = told.before
    return [
        _tile(_("Referrals this month"), "handshake", told.referrals, referrals, tone="primary"),
        _tile(_("Revenue from friends"), "banknote-check", told.revenue, revenue, tone="success", currency=currency),
        _tile(
            _("Rewards this month"), "gift", told.cost, cost, tone="accent", currency=currency, page="rewards", good=-1
        ),
        {
            "label": _("Promised, not yet used"), "icon": "scale", "value": Amount(told.promised, currency),
            "change": None, "change_good": True, "spark": [], "tone": "info", "url": reverse("console:rewards"),
            "note": _("as the books stand now"),
        },
    ]  # fmt: skip


def _tile(
    label: str, icon: str, line: list[int], before: int, *, tone: str, currency: str = "", page: str = "referrals",
    good: int = 1,
) -> dict[str, Any]:  # fmt: skip
    now = line[-1]
    change = (now - before) / before if before else None
    return {
        "label": label, "icon": icon, "value": Amount(now, currency) if currency else now, "change": change,
        "change_good": change is None or change * good >= 0, "spark": line if any(line) else [], "tone": tone,
        "note": "" if before or not now else _("none by this day last month"), "url": reverse(f"console:{page}"),
    }  # fmt: skip


def _chart(told: Span, currency: str) -> dict[str, Any]:
    short, long = ("MMMd", "yMMMd") if told.by == "day" else ("MMM", "yMMMM")
    if told.by == "month" and len(told.starts) > 12:
        short = "yMMM"
    labels = [format_skeleton(short, each, locale=showing.locale()) for each in told.starts]
    whole = [format_skeleton(long, each, locale=showing.locale()) for each in told.starts]
    return {
        "chart": {
            "labels": labels, "counts": told.referrals, "cost": [float(to_major(c, currency)) for c in told.cost],
            "currency": currency, "count_label": _("Referrals"), "cost_label": _("Reward cost"),
        },
        "chart_by": told.by,
        "chart_rows": [
            {"when": when, "count": count, "revenue": Amount(revenue, currency), "cost": Amount(cost, currency)}
            for when, count, revenue, cost in zip(whole, told.referrals, told.revenue, told.cost, strict=True)
        ],
        "chart_total": {
            "count": sum(told.referrals), "revenue": Amount(sum(told.revenue), currency),
            "cost": Amount(sum(told.cost), currency),
        },
    }  # fmt: skip


def _waiting(told: Waiting, desk: Desk) -> list[dict[str, str]]:
    """Return what waits, each with the page where it is done; what the role may not open is left out."""
    zone = ZoneInfo(desk.business.timezone)
    since = _("The oldest since %(day)s") % {"day": showing.day(told.rewards_since)} if told.rewards_since else ""
    rows = [
        (told.todos, "heart", "warning", "todo", "", _("Good customers to thank, and what was noted"),
         ngettext("%(count)s to-do is due", "%(count)s to-dos are due", told.todos)),
        (told.rewards, "gift", "warning", "rewards", "", since,
         ngettext("%(count)s reward to hand over", "%(count)s rewards to hand over", told.rewards)),
        (told.households, "house", "warning", "rewards", "", _("Friend and referrer share an address. Is it real?"),
         ngettext("%(count)s household to look at", "%(count)s households to look at", told.households)),
        (told.refused, "handshake", "warning", "problems", "",
         _("Somebody was named as the referrer and was not taken"),
         ngettext("%(count)s claim not counted", "%(count)s claims not counted", told.refused)),
        (told.lapsing, "calendar-clock", "warning", "vouchers_expiring", f"?month={desk.now.astimezone(zone):%Y-%m}",
         _("Whoever holds one can still be called, or it is extended"),
         ngettext("%(count)s voucher lapses this month", "%(count)s vouchers lapse this month", told.lapsing)),
        (told.problems + told.set_aside, "triangle-alert", "error", "problems", "",
         _("Nothing is lost; somebody should look"),
         ngettext("%(count)s problem", "%(count)s problems", told.problems + told.set_aside)),
        (told.messages, "message-square", "error", "messages", "?state=failed",
         _("Look at the address or the number"),
         ngettext("%(count)s message not delivered", "%(count)s messages not delivered", told.messages)),
        (told.held, "hourglass", "warning", "messages", "?state=waiting",
         _("A consent or an address is missing"),
         ngettext("%(count)s message is held back", "%(count)s messages are held back", told.held)),
    ]  # fmt: skip
    return [
        {"icon": icon, "tone": tone, "url": reverse(f"console:{page}") + query, "detail": str(detail),
         "title": title % {"count": showing.number(n)}}
        for n, icon, tone, page, query, detail, title in rows
        if n and PAGES[page] in desk.may
    ]  # fmt: skip
