"""What happened, as lines of a timeline in the page's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.money import Amount
from goodword.reports.customer_log import Happening
from goodword.reports.pipeline import named
from goodword.web import showing
from goodword.web.labels import HOW, JOB_STATUSES, STAGES, STATES

STAGE_ICONS = {
    "consultation": "message-circle", "booked": "calendar-check", "completed": "wrench", "invoiced": "receipt-text",
    "paid": "banknote-check", "cancelled": "ban",
}  # fmt: skip
STAGE_TONES = {"completed": "primary", "invoiced": "primary", "paid": "success", "cancelled": "error"}
REWARD_LINES: dict[str, tuple[Promise, str, str]] = {
    "pending": (gettext_lazy("Reward earned: %(gift)s"), "hourglass", "warning"),
    "issued": (gettext_lazy("Reward issued: %(gift)s"), "gift", "success"),
    "redeemed": (gettext_lazy("Reward used: %(gift)s"), "check", "primary"),
    "reversed": (gettext_lazy("Reward taken back: %(gift)s"), "rotate-ccw", "error"),
    "expired": (gettext_lazy("Reward expired: %(gift)s"), "clock", ""),
    "declined": (gettext_lazy("Reward declined: %(gift)s"), "ban", ""),
}
TEMPLATE_LINES: dict[str, Promise] = {
    "survey_request": gettext_lazy("Asked %(name)s how it was"),
    "referral_invitation": gettext_lazy("Invited %(name)s to refer friends"),
    "referral_invitation_reminder": gettext_lazy("Reminded %(name)s of the link"),
    "reward_issued": gettext_lazy("Thanked %(name)s and named the reward"),
    "reward_promised": gettext_lazy("Told %(name)s what is on its way"),
    "friend_welcome": gettext_lazy("Welcomed %(name)s"),
}


def timeline(happenings: Iterable[Happening], *, currency: str) -> list[dict[str, Any]]:
    """Return items for <c-timeline>."""
    return [
        {"tone": "", "detail": "", "url": "", "at": each.at} | _LINES[each.kind](each.facts, currency)
        for each in happenings
    ]


def _came(facts: dict[str, Any], _currency: str) -> dict[str, str]:
    said = _("%(friend)s arrived, sent by %(referrer)s")
    return {
        "icon": "user-plus", "tone": "primary", "url": _referral(facts), "detail": str(HOW.get(facts["how"], "")),
        "title": said % {"friend": named(facts["friend"]), "referrer": named(facts["referrer"])},
    }  # fmt: skip


def _removed(facts: dict[str, Any], _currency: str) -> dict[str, str]:
    title = _("The referral of %(friend)s was removed") % {"friend": named(facts["friend"])}
    return {"icon": "circle-x", "tone": "error", "url": _referral(facts), "title": title, "detail": facts["reason"]}


def _stage(facts: dict[str, Any], _currency: str) -> dict[str, str]:
    stage = facts["stage"]
    return {
        "icon": STAGE_ICONS.get(stage, "circle-dot"), "tone": STAGE_TONES.get(stage, ""),
        "title": str(STAGES.get(stage, stage)),
    }  # fmt: skip


def _job(facts: dict[str, Any], currency: str) -> dict[str, str]:
    status = facts["status"]
    total = showing.amount(Amount(facts["total"], currency)) if facts["total"] is not None else ""
    looks = {code: str(text) for code, text in JOB_STATUSES.items()}
    return {
        "icon": STAGE_ICONS.get(status, "circle-dot"), "tone": STAGE_TONES.get(status, ""),
        "title": looks.get(status, status), "detail": " · ".join(filter(None, (facts["services"], total))),
    }  # fmt: skip


def _score(facts: dict[str, Any], _currency: str) -> dict[str, str]:
    tone = "success" if facts["score"] >= 4 else "warning"
    title = _("Gave the work %(score)s out of 5") % {"score": facts["score"]}
    return {"icon": "star", "tone": tone, "title": title}


def _reward(facts: dict[str, Any], _currency: str) -> dict[str, str]:
    words, icon, tone = REWARD_LINES[facts["status"]]
    detail = named(facts["holder"])
    if facts["reason"]:
        detail = f"{detail} · {facts['reason']} ({facts['actor'].removeprefix('user:')})"
    return {"icon": icon, "tone": tone, "title": str(words) % {"gift": facts["title"]}, "detail": detail}


def _message(facts: dict[str, Any], _currency: str) -> dict[str, str]:
    words = TEMPLATE_LINES.get(facts["template"])
    title = str(words) % {"name": named(facts["contact"])} if words else facts["template"]
    look = STATES["message"].get(MESSAGE_STATES.get(facts["state"], facts["state"]))
    return {"icon": "mail", "tone": "primary", "title": title, "detail": str(look.text) if look else ""}


# The outbox's states as the pages call them.
MESSAGE_STATES = {"local": "local", "set_aside": "failed"}


def _referral(facts: dict[str, Any]) -> str:
    return reverse("console:referral", args=[facts["referral"]]) if facts["referral"] else ""


_LINES = {
    "came": _came, "sent": _came, "removed": _removed, "stage": _stage, "job": _job, "score": _score,
    "reward": _reward, "message": _message,
}  # fmt: skip
