"""The words that staff read about messages: names, causes, variables, and why one waits or did not leave."""

from __future__ import annotations

import re
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.outbox.addressing import NO_ADDRESS, OPTED_OUT
from goodword.outbox.models import Message
from goodword.web import showing

NAMES: dict[str, Promise] = {
    "survey_request": gettext_lazy("Question after the work"),
    "referral_invitation": gettext_lazy("Invitation to refer"),
    "referral_invitation_reminder": gettext_lazy("Reminder of the invitation"),
    "reward_issued": gettext_lazy("Thank-you for a reward that can be used"),
    "reward_promised": gettext_lazy("Thank-you for a reward that one of you hands over"),
    "friend_welcome": gettext_lazy("Welcome to a friend"),
    "voucher_reminder": gettext_lazy("Reminder of a voucher’s last day"),
    "voucher_delivery": gettext_lazy("Voucher brought to its recipient"),
}
CAUSES: dict[str, Promise] = {
    "survey_request": gettext_lazy("The work was completed"),
    "referral_invitation": gettext_lazy("The work was done and the customer is happy"),
    "referral_invitation_reminder": gettext_lazy("Nobody had come of the invitation yet"),
    "reward_issued": gettext_lazy("A reward was issued"),
    "reward_promised": gettext_lazy("A reward was earned"),
    "friend_welcome": gettext_lazy("The friend got in touch"),
    "voucher_reminder": gettext_lazy("The last day of a voucher came near"),
    "voucher_delivery": gettext_lazy("The voucher was bought for this person"),
}
PURPOSES: dict[str, tuple[Promise, Promise]] = {
    "asking": (
        gettext_lazy("Asks for something"),
        gettext_lazy("Whoever has said no to any channel never gets it, and unhappy customers are not asked."),
    ),
    "service": (
        gettext_lazy("About what is theirs"),
        gettext_lazy("Sent without asking first; a no to one channel stops it on that channel only."),
    ),
}
VARIABLES: dict[str, Promise] = {
    "first_name": gettext_lazy("The customer’s first name"),
    "business": gettext_lazy("How you sign: your sender name, else the business’s name"),
    "friend": gettext_lazy("The friend’s first name"),
    "gift": gettext_lazy("What the reward is, in words"),
    "usable": gettext_lazy("The day from which it can be used"),
    "expires": gettext_lazy("The last day on which it is valid"),
    "code": gettext_lazy("The code to show or type in"),
    "link": gettext_lazy("The customer’s own link; of a voucher, the page that says what is left"),
    "page": gettext_lazy("The customer’s own page: passing the link on, and how it is going"),
    "serial": gettext_lazy("The voucher’s number"),
    "giver": gettext_lazy("The first name of whoever bought the voucher"),
    "message": gettext_lazy("What the buyer wrote to the recipient"),
    "stop": gettext_lazy("Where the customer says stop; added at the end when you leave it out"),
}
# Why a message waits, was cancelled or set aside, as flow/ and outbox/ note it.
NOTES: dict[str, Promise] = {
    OPTED_OUT: gettext_lazy("The customer does not want to be written to."),
    NO_ADDRESS: gettext_lazy("There is no phone number and no e-mail address."),
    "the reward was taken back": gettext_lazy("The reward was taken back before the message left."),
    "part of the reward was taken back": gettext_lazy(
        "Part of the reward was taken back; a new message names the rest."
    ),
    "the reward was released": gettext_lazy("The reward was released, and another message tells that."),
    "the reward is no longer there": gettext_lazy("The reward was taken back or has expired."),
    "the score was given already": gettext_lazy("The customer had answered already."),
    "the job was cancelled": gettext_lazy("The job was cancelled."),
    "the referral was removed": gettext_lazy("The referral was removed."),
    "the customer was not happy": gettext_lazy("The customer was not happy, and is not asked for more."),
    "the customer is not to be asked any more": gettext_lazy("The customer is not to be asked any more."),
    "reminders were switched off": gettext_lazy("Reminders were switched off."),
    "the voucher cannot be used any more": gettext_lazy("The voucher was used up, cancelled or has lapsed."),
    "the voucher is on hold": gettext_lazy("The voucher is on hold while a question about it is open."),
    "the voucher is somebody else's now": gettext_lazy("The voucher is somebody else’s now."),
    "the last day was moved": gettext_lazy("The last day of the voucher was moved."),
    "the voucher was used meanwhile": gettext_lazy("The voucher was used meanwhile."),
    "a friend has come already": gettext_lazy("A friend has come already."),
    "the worker ended each time while sending it": gettext_lazy("The program stopped each time while sending it."),
    "the e-mail address cannot be right": gettext_lazy("The e-mail address cannot be right."),
    "the customer was erased": gettext_lazy("The customer’s data were erased."),
    "part of the demo's history; it never left": gettext_lazy("Part of the demo’s history; it never left."),
}
_REFUSED = re.compile(r"the mail server refuses the address \((\d+)\)")
_ATTEMPT = re.compile(r"attempt (\d+): (.*)", re.DOTALL)


def name_of(template: str) -> str:
    """Return what a message is called."""
    return str(NAMES.get(template, template))


def cause_of(template: str) -> str:
    """Return what led to a message."""
    return str(CAUSES.get(template, template))


def variables(names: Any, *, link_is_survey: bool = False) -> list[tuple[str, str]]:
    """Return variables with what each means."""
    told = {**VARIABLES, "link": _("The page where one tap answers")} if link_is_survey else VARIABLES
    return [(name, str(told.get(name, name))) for name in names]


def note_of(note: str) -> str:
    """Return a stored note in the page's language; an unknown one is shown as it was noted."""
    if note in NOTES:
        return str(NOTES[note])
    if refused := _REFUSED.fullmatch(note):
        return _("The mail server refuses the address (%(code)s).") % {"code": refused[1]}
    if attempt := _ATTEMPT.fullmatch(note):
        told = {"number": showing.number(int(attempt[1])), "fault": attempt[2]}
        return _("Attempt %(number)s failed: %(fault)s") % told
    return note


def why(message: Message, *, now: Any) -> str:
    """Return in a sentence why a message has not left, and until when; empty when it has."""
    if message.state == "queued" and message.attempts:
        told = {"why": note_of(message.note), "moment": showing.moment(message.due_at)}
        return _("%(why)s. It is tried again %(moment)s.") % {**told, "why": told["why"].rstrip(".")}
    if message.state == "queued" and message.due_at > now:
        return _("It leaves %(moment)s: not at night, and not before its time.") % {
            "moment": showing.moment(message.due_at)
        }
    if message.state == "queued":
        return _("It leaves within a minute, as long as the worker runs.")
    if message.state == "local":
        return _("No provider is connected, so it was kept here and nothing was sent.")
    return note_of(message.note) if message.note else ""
