"""Settings, Referrals: households, where the link leads, the leaderboard, a thank-you by a person."""

from __future__ import annotations

from typing import Any

from django.conf import settings as installation
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.web.console.desk import Desk
from goodword.web.console.settings_form import Ask, Page, Section, choices_page
from goodword.web.leading import with_code

SAMPLE = "K7MQ4ZRTW"  # a code like a customer's, for the example of an address


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how referrals are taken and change it."""
    return choices_page(request, desk, _page)


def _says(told: dict[str, Any]) -> list[str]:
    household = {
        "review": _("A referral within one household waits for a person to look at it before it pays."),
        "refuse": _("A referral within one household is not counted."),
        "allow": _("A referral within one household counts like any other."),
    }
    link = f"{installation.PUBLIC_URL}/r/{SAMPLE}"
    if told["link_target"]:
        lead = _("The link %(link)s leads to %(target)s.")
        says = [lead % {"link": link, "target": with_code(told["link_target"], SAMPLE)}]
    else:
        says = [_("The link %(link)s opens your page here.") % {"link": link}]
    says.append(household[told["household"]])
    says.append(
        _("Anybody may see who referred most: those who agreed to it.") if told["public_leaderboard"]
        else _("Only your staff see who referred most.")
    )  # fmt: skip
    every = int(told["thank_every"])
    if every:
        said = ngettext(
            "A person is asked to say thank you for every closed referral.",
            "A person is asked to say thank you for every %(count)s closed referrals of one customer.", every,
        )  # fmt: skip
        says.append(said % {"count": every})
    if told["thank_clubs"]:
        says.append(
            _("For members of %(clubs)s a person is asked to thank each time.")
            % {"clubs": ", ".join(told["thank_clubs"])}
        )
    if not every and not told["thank_clubs"]:
        says.append(_("Nobody is asked to say thank you in person."))
    return says


def _page(_desk: Desk, told: dict[str, Any]) -> Page:
    households = [
        {"value": "review", "text": _("A person looks at them first")},
        {"value": "refuse", "text": _("They do not count")}, {"value": "allow", "text": _("They count")},
    ]  # fmt: skip
    names = [
        {"value": "alias", "text": _("By the name they chose, else initials")},
        {"value": "initials", "text": _("By initials only")},
    ]
    return Page(
        name="settings_referrals",
        lead=_("What counts as a referral, where the link leads, and when a person says thank you."),
        sections=[
            Section(_("The link"), "link", [
                Ask("link_target", _("Where the link leads"), kind="url", value=told["link_target"],
                    help=_("A page of your own site; the code is added to its address as “ref”. "
                           "Empty: the page we make for you.")),
            ]),
            Section(_("One household"), "house", [
                Ask("household", _("Referrals between people of one address"), kind="choice", options=households,
                    value=told["household"],
                    help=_("One’s own phone or e-mail is never a referral, whatever you choose here.")),
            ]),
            Section(_("A thank-you in person"), "heart", [
                Ask("thank_every", _("After how many closed referrals"), kind="number", value=told["thank_every"],
                    help=_("3: for a customer’s third, sixth, ninth. 0: never.")),
                Ask("thank_clubs", _("Always for members of"), value=", ".join(told["thank_clubs"]),
                    help=_("Names of clubs, with commas between.")),
            ]),
            Section(_("Leaderboard"), "trophy", [
                Ask("public_leaderboard", _("A public page tells who referred most"), kind="check",
                    value=told["public_leaderboard"], help=_("Only those who agreed to be on it are named.")),
                Ask("leaderboard_names", _("How people are named on it"), kind="choice", options=names,
                    value=told["leaderboard_names"]),
            ]),
        ],
        says=_says(told),
    )  # fmt: skip
