"""Settings, Rewards: what each programme gives in words, and the way to change it without code (R107-R112)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from goodword.engine.durations import parse_duration
from goodword.engine.wording import explain
from goodword.engine.wording.language import language
from goodword.reports import programmes as reading
from goodword.web.console.desk import Desk
from goodword.web.console.settings_form import Ask, Page, Section, choices_page


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the programmes' rewards, and the hold of points, which can be changed here."""
    return choices_page(request, desk, _page)


def _page(desk: Desk, told: dict[str, Any]) -> Page:
    hold = Ask("points_hold", _("Points can be used after"), kind="span", value=told["points_hold"],
               help=_("Counted from when they were earned. 0 hours: at once."))  # fmt: skip
    held = parse_duration(told["points_hold"])
    waits = _("Points can be used %(time)s after they were earned.") % {"time": language(desk.lang).duration(held)}
    programmes = [
        {
            "slug": line.programme.slug, "name": line.programme.name,
            "terms": explain(reading.document_of(line.current), desk.lang)[1:] if line.current else [],
            "published": line.latest is not None,
        }
        for line in reading.programmes(business=desk.business, now=desk.now)
    ]  # fmt: skip
    return Page(
        name="settings_rewards", lead=_("What customers get for their good word, and what their friends get."),
        sections=[Section(_("Points"), "coins", [hold])],
        says=[waits if held.count else _("Points can be used at once.")], extra={"programmes": programmes},
        template="console/rewards_settings.html",
    )  # fmt: skip
