"""Settings, Asking: who is invited to refer, when, how often and how quietly (R94-R98, R122)."""

from __future__ import annotations

from typing import Any

from babel.lists import format_list
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from goodword.engine.durations import parse_duration
from goodword.engine.wording.language import language
from goodword.web.console.desk import Desk
from goodword.web.console.settings_form import Ask, Page, Section, choices_page


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how the ask goes and change it."""
    return choices_page(request, desk, _page)


def what_happens(told: dict[str, Any], *, lang: str, zone: str) -> list[str]:
    """Return in sentences what these settings make happen."""
    to = language(lang)
    threshold = int(told["score_threshold"])
    scores = format_list([str(n) for n in range(threshold, 6)], style="or", locale=lang)
    waits = [to.duration(parse_duration(text)) for text in told["reminders"]]
    says = [
        _("A customer who scores %(scores)s is invited at once, by text, or by e-mail where there is no number.")
        % {"scores": scores},
        _("Nobody is invited a second time within %(time)s.")
        % {"time": to.duration(parse_duration(told["ask_every"]))},
    ]
    if waits:
        says.append(
            _("Who brought nobody is reminded after %(waits)s, each counted from the message before.")
            % {"waits": to.listed(waits)}
            if len(waits) > 1
            else _("Who brought nobody is reminded after %(wait)s.") % {"wait": waits[0]}
        )
    else:
        says.append(_("Nobody is reminded."))
    if told["quiet_from"] == told["quiet_until"]:
        says.append(_("Messages leave at any hour."))
    else:
        hours = {"from": told["quiet_from"], "until": told["quiet_until"], "zone": zone.replace("_", " ")}
        says.append(_("Nothing leaves between %(from)s and %(until)s (%(zone)s); it waits for the morning.") % hours)
    if threshold > 1:
        says.append(_("A lower score, an open complaint or an opt-out stops the ask. An unhappy customer gets none."))
    else:
        says.append(_("An open complaint or an opt-out stops the ask."))
    says.append(_("The score never decides who is asked for a public review."))
    return says


def _page(desk: Desk, told: dict[str, Any]) -> Page:
    scores = [
        {"value": "5", "text": _("5 only: very good")}, {"value": "4", "text": _("4 and 5: good and better")},
        {"value": "3", "text": _("3 and up: all right and better")}, {"value": "2", "text": _("2 and up")},
        {"value": "1", "text": _("Every score")},
    ]  # fmt: skip
    return Page(
        name="settings_asking",
        lead=_("Only satisfied customers are invited to refer, by themselves, and never too often."),
        sections=[
            Section(_("Who is invited"), "thumbs-up", [
                Ask("score_threshold", _("Invite from which score"), kind="choice", options=scores,
                    value=str(told["score_threshold"]),
                    help=_("After a job everybody is asked for a score from 1 to 5. It alone opens the invitation.")),
                Ask("ask_every", _("Once in"), kind="span", value=told["ask_every"],
                    help=_("However many jobs somebody has in that time.")),
                Ask("reminders", _("Remind after"), kind="spans", value=told["reminders"],
                    help=_("Leave empty what you do not want.")),
            ]),
            Section(_("How it is sent"), "send", [
                Ask("sender_name", _("Sender’s name"), value=told["sender_name"],
                    help=_("How messages are signed. Empty: the business’s name.")),
                Ask("quiet_from", _("Quiet from"), kind="time", value=told["quiet_from"]),
                Ask("quiet_until", _("Quiet until"), kind="time", value=told["quiet_until"],
                    help=_("The same time twice means: never quiet.")),
            ]),
        ],
        says=what_happens(told, lang=desk.lang, zone=desk.business.timezone),
        says_title=_("What will happen"),
    )  # fmt: skip
