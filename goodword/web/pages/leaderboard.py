"""``/leaderboard/<business>``: who refers most, for everybody to see, by their own consent (R114)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from goodword.business.reading import settings_at
from goodword.engine.durations import local_date, midnight
from goodword.reports import leaderboard as report
from goodword.reports.places import by_slug
from goodword.web.pages.visiting import initials, public, shown
from goodword.web.showing import language_options

MOST = 50


@require_safe
@public
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show those who agreed, by alias or initials; a page that is not switched on does not exist."""
    now = timezone.now()
    business = by_slug(slug)
    told = settings_at(business, now) if business is not None else {}
    if business is None or not told["public_leaderboard"]:
        raise Http404
    whole = request.GET.get("time") == "all"
    start = None if whole else midnight(local_date(now, ZoneInfo(business.timezone)).replace(month=1, day=1),
                                        ZoneInfo(business.timezone))  # fmt: skip
    rows = report.leaderboard(business=business, start=start, limit=MOST, only=report.agreed(business=business)).rows
    others = report.counted(business=business, start=start) - len(rows)
    aliases = told["leaderboard_names"] == "alias"
    context = {
        "leaders": [{"rank": row.rank, "name": called(row, aliases=aliases), "closed": row.closed} for row in rows],
        "others": others if rows else 0, "whole": whole, "languages": _languages(whole),
        "lang": translation.get_language() or settings.LANGUAGE_CODE,
    }  # fmt: skip
    return shown(request, "pages/leaderboard.html", context, business=business)


def called(row: report.Leader, *, aliases: bool) -> str:
    """Return the alias a person chose, else the initials: never the name."""
    if aliases and row.alias.strip():
        return row.alias.strip()
    return initials(row.name)


def _languages(whole: bool) -> list[dict[str, Any]]:
    kept = "&time=all" if whole else ""
    return [{"code": o["value"], "text": o["text"], "url": f"?lang={o['value']}{kept}"} for o in language_options()]
