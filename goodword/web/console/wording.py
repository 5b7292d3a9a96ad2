"""Rewards, decisions and messages as the console's templates take them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.engine.facts import Check
from goodword.money import POINTS, RIGHT
from goodword.outbox.models import Message
from goodword.reports.explaining import Explained
from goodword.reports.pipeline import named
from goodword.reports.worth import title, worth
from goodword.rewards.models import Reward
from goodword.web import showing
from goodword.web.console.desk import Desk
from goodword.web.console.happenings import MESSAGE_STATES
from goodword.web.console.letter_words import cause_of, name_of, why

# What a condition of the programme format asks, for staff; a key without words is shown as it is written.
CONDITIONS: dict[str, Promise] = {
    "nth": gettext_lazy("Which referral in the row"),
    "min_net": gettext_lazy("Amount before tax"),
    "kinds": gettext_lazy("Kinds of lines"),
    "skus": gettext_lazy("Articles"),
    "services": gettext_lazy("Services of the job"),
    "locations": gettext_lazy("Location"),
    "during": gettext_lazy("Season or dates"),
    "audience": gettext_lazy("Who is rewarded"),
    "min_score": gettext_lazy("Score of the job"),
    "friends": gettext_lazy("The friend is new"),
    "referrers": gettext_lazy("The referrer may take part"),
    "window": gettext_lazy("Reached in time"),
    "limit": gettext_lazy("Limit"),
    "budget": gettext_lazy("Budget"),
    "group": gettext_lazy("Best of its group"),
    "qualifying": gettext_lazy("What counts on the purchase"),
}


def review_note() -> str:
    """Return why a household match waits."""
    return _("Friend and referrer share an address. The reward waits until somebody says it is right.")


def reward_line(reward: Reward, desk: Desk) -> dict[str, Any]:
    """Return a *reward* of templates/README.md."""
    note = ""
    if reward.status == "pending" and reward.review:
        note = _("waits for a look at the shared address")
    elif reward.status == "pending" and reward.available_at > desk.now:
        note = _("usable from %(day)s") % {"day": showing.moment(reward.available_at)}
    elif reward.status == "issued" and reward.expires_at is not None:
        note = _("until %(day)s") % {"day": showing.last_day(reward.expires_at)}
    return {
        "id": reward.public_id, "kind": reward.kind, "state": reward.status,
        "title": title(reward, business=desk.business, lang=desk.lang), "worth": worth(reward, business=desk.business),
        "holder_name": named(reward.holder), "holder_id": reward.holder.public_id,
        "friend_name": named(reward.referral.friend) if reward.referral else "",
        "referral_id": reward.referral.public_id if reward.referral else "", "cause": _("A purchase"), "at": reward.at,
        "note": note,
    }  # fmt: skip


def decisions(rows: Iterable[Explained]) -> list[dict[str, Any]]:
    """Return the *decisions* of <c-trace>."""
    return [
        {
            "rule": row.rule, "outcome": row.outcome, "sentence": row.sentence, "at": row.at,
            "conditions": [{"text": condition(check), "held": _held(check, row)} for check in row.checks],
            "arithmetic": row.arithmetic, "hold": _hold(row), "entries": _entries(row),
        }
        for row in rows
    ]  # fmt: skip


def letter(message: Message, desk: Desk) -> dict[str, Any]:
    """Return a *message* of templates/README.md: word for word what the customer gets."""
    state = MESSAGE_STATES.get(message.state, message.state)
    waits = why(message, now=desk.now)
    return {
        "id": message.public_id, "channel": message.channel, "state": state, "contact_name": named(message.contact),
        "contact_url": reverse("console:customer", args=[message.contact.public_id]),
        "url": reverse("console:message", args=[message.public_id]) if "messages.see" in desk.may else "",
        "to": message.to, "subject": message.subject if message.channel == "email" else "", "body": message.body,
        "language": message.language, "cause": cause_of(message.template), "name": name_of(message.template),
        "error": waits if state in ("failed", "held") else "",
        "waits": waits if state in ("queued", "cancelled") else "",
        "at": message.sent_at or message.created_at,
        "can_retry": state == "failed" and "messages.retry" in desk.may,
    }  # fmt: skip


def condition(check: Check) -> str:
    """Return what a condition asked and what was found."""
    said = str(CONDITIONS.get(check.key, check.key))
    if check.wanted or check.found:
        facts = {"wanted": check.wanted, "found": check.found or "–"}
        said += ": " + _("wanted %(wanted)s, found %(found)s") % facts
    return said


def _held(check: Check, row: Explained) -> bool | None:
    return None if row.outcome == "waiting" and not check.held else check.held


def _hold(row: Explained) -> str:
    if row.available_at is None or row.available_at <= row.at:
        return ""
    return _("Held until %(moment)s.") % {"moment": showing.moment(row.available_at)}


def _entries(row: Explained) -> list[dict[str, Any]]:
    if row.booked is None or row.booked.asset == RIGHT:
        return []
    to = row.holder or _("the customer")
    if row.outcome == "reversed":
        text = _("Taken back from %(name)s") % {"name": to}
    elif row.booked.asset == POINTS:
        text = _("From points given out to the points of %(name)s") % {"name": to}
    else:
        text = _("From the cost of rewards to what %(name)s holds") % {"name": to}
    return [{"text": text, "amount": row.booked}]
