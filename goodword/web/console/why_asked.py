"""Why a customer was asked to refer or was not, and which messages did not leave, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.outbox.addressing import NO_ADDRESS, OPTED_OUT
from goodword.outbox.models import Message
from goodword.reports.why_asked import Ask
from goodword.web import showing

Line = dict[str, Any]
TEMPLATES: dict[str, Promise] = {
    "survey_request": gettext_lazy("The question how the work was"),
    "referral_invitation": gettext_lazy("The invitation to refer"),
    "referral_invitation_reminder": gettext_lazy("The reminder of the link"),
    "reward_issued": gettext_lazy("The thank-you for a reward"),
    "reward_promised": gettext_lazy("The word that a reward is on its way"),
    "friend_welcome": gettext_lazy("The welcome"),
}
NOTES: dict[str, Promise] = {
    OPTED_OUT: gettext_lazy("The customer does not want to be written to."),
    NO_ADDRESS: gettext_lazy("There is no phone number and no e-mail address."),
    "the score was given already": gettext_lazy("The score was given before it left."),
    "the job was cancelled": gettext_lazy("The job was called off."),
    "the referral was removed": gettext_lazy("The referral was removed."),
    "the customer was not happy": gettext_lazy("The customer was not happy."),
    "the reward was taken back": gettext_lazy("The reward was taken back."),
    "the reward was released": gettext_lazy("The reward was handed over; another word went out instead."),
    "part of the reward was taken back": gettext_lazy("Part of the reward was taken back; it was written again."),
    "a friend has come already": gettext_lazy("A friend has come already."),
    "reminders were switched off": gettext_lazy("Reminders were switched off."),
}
AFTER: dict[str, Promise] = {
    OPTED_OUT: gettext_lazy("Only the customer can change that."),
    NO_ADDRESS: gettext_lazy("Enter a phone number or an e-mail address."),
}


def line(tone: str, text: str, **more: Any) -> Line:
    """Return one sentence: ``tone`` is success, warning, error or nothing; ``next`` is what would have to happen."""
    icons = {"success": "circle-check", "warning": "hourglass", "error": "circle-x", "": "circle-dot"}
    return {
        "tone": tone, "icon": icons[tone], "text": text, "next": "", "url": "", "url_text": "", "note": "",
        "checks": [],
    } | more  # fmt: skip


def lines(ask: Ask) -> list[Line]:
    """Say in order what the ask depends on: what stands in its way first of all."""
    found = [] if ask.asked_at is None else [line("success", _asked(ask))]
    stops = [line("error", text, next=after) for text, after in _stops(ask)]
    waits = [line("warning", text, next=after) for text, after in _waits(ask)]
    if not stops and not waits:
        said = _("Nothing stands in the way: the next finished job with a good score brings an invitation.")
        return [*found, line("success", said)]
    return [*found, *stops, *waits]


def letters(messages: Iterable[Message]) -> list[Line]:
    """Say of each message that did not leave which it is and why."""
    found = []
    for message in messages:
        which = str(TEMPLATES.get(message.template, message.template))
        text = _("%(message)s of %(day)s did not leave.") % {"message": which, "day": showing.day(message.created_at)}
        tone = "" if message.state == "cancelled" else "error"
        why, after = str(NOTES.get(message.note, message.note)), str(AFTER.get(message.note, ""))
        found.append(line(tone, text, note=why, next=after))
    return found


def _asked(ask: Ask) -> str:
    assert ask.asked_at is not None
    return _("Was last asked on %(day)s.") % {"day": showing.day(ask.asked_at)}


def _stops(ask: Ask) -> list[tuple[str, str]]:
    found = []
    if ask.blocked:
        found.append((_("The customer is blocked from referring."), _("Lift the block on the customer’s page.")))
    if ask.complaint:
        found.append((_("A complaint is open."), _("The ask waits until it is closed.")))
    if ask.unhappy:
        facts = {"score": ask.score, "threshold": ask.threshold}
        text = _("The last score was %(score)s; only customers who give %(threshold)s or more are asked.") % facts
        found.append((text, _("A better score for a later job changes that.")))
    if ask.opted_out:
        found.append((_("The customer does not want to be written to."), _("Only the customer can change that.")))
    if ask.no_address:
        text = _("There is no phone number and no e-mail address.")
        found.append((text, _("Enter a phone number or an e-mail address.")))
    if not ask.offered:
        text = _("No programme in force rewards a referral.")
        found.append((text, _("Publish one, or wait until one begins.")))
    elif not ask.eligible:
        text = _("The programme is open to other customers only.")
        found.append((text, _("The customer needs the tag or club that the programme asks for.")))
    return found


def _waits(ask: Ask) -> list[tuple[str, str]]:
    found = []
    if not ask.done:
        found.append((_("No work is completed yet."), _("The ask comes after a completed job and a good score.")))
    elif ask.score is None:
        text = _("The work is done, and nobody has said yet how it was.")
        after = _("It waits for the answer to the survey, or for a score that is entered here.")
        if ask.survey is None:
            after = _("No survey was sent, as the work was told of too late. Enter the score here.")
        found.append((text, after))
    if ask.next_at is not None:
        text = _("The customer was asked lately and is left in peace for now.")
        found.append((text, _("Not again before %(day)s.") % {"day": showing.day(ask.next_at)}))
    return found
