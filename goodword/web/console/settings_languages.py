"""Settings, Languages: the business's own, and those in which its customers are written to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from goodword.business.choices import read_choices
from goodword.business.particulars import read_particulars
from goodword.business.reading import settings_at
from goodword.errors import Refused
from goodword.flow.changing import change_business, change_settings
from goodword.web.console.desk import Desk
from goodword.web.console.settings_form import Ask, Page, Section, saved, sent, settings_page
from goodword.web.showing import language_options


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the languages and change them; the business's own is always one of those written in."""
    page = _page(desk, settings_at(desk.business, desk.now))
    if request.method != "POST":
        return settings_page(request, desk, page)
    brought = sent(request, page)
    own, wrong = read_particulars({"language": brought["language"]}, country=desk.business.country)
    named = brought["languages"] if isinstance(brought["languages"], list) else []
    spoken, wrong_too = read_choices({"languages": [*named, *own.values()]})
    faults: dict[str, Refused] = {**wrong, **wrong_too}
    if faults:
        return settings_page(request, desk, page, faults=faults)
    who: dict[str, Any] = {"business": desk.business, "actor": desk.actor, "now": desk.now}
    changed = [*change_business(wanted=own, **who), *change_settings(wanted=spoken, **who)]
    return saved(request, page, changed=bool(changed))


def _page(desk: Desk, told: dict[str, Any]) -> Page:
    own = desk.business.language
    names = {option["value"]: option["text"] for option in language_options()}
    spoken = [code for code in names if code in told["languages"] or code == own]
    others = ", ".join(names[code] for code in spoken if code != own)
    return Page(
        name="settings_languages",
        lead=_("In which languages your customers read you. What you see here yourself is chosen at the top."),
        sections=[
            Section(_("Languages"), "languages", [
                Ask("language", _("Your own language"), kind="choice", options=language_options(), value=own,
                    help=_("For everybody whose language we do not know, or that you do not write in.")),
                Ask("languages", _("Customers are written to in"), kind="checks", options=language_options(),
                    value=spoken, help=_("Your own language is always one of them.")),
            ]),
        ],
        says=[
            (_("Customers who read %(others)s are written to in it, everybody else in %(own)s.")
             % {"others": others, "own": names.get(own, own)}) if others
            else _("Everybody is written to in %(own)s.") % {"own": names.get(own, own)},
            _("A customer’s language comes from your other systems, or from the page on which they wrote to you."),
        ],
    )  # fmt: skip
