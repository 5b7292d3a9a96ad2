"""One reward: what became of it, who did what and why, and every change that rulings 34 allow (R119, R120)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.errors import Refused
from goodword.flow.overriding import ALLOWED
from goodword.flow.submit import submit
from goodword.reports import effects as previewing
from goodword.reports import rewards as reading
from goodword.reports.worth import title
from goodword.rewards.models import Reward
from goodword.web import showing
from goodword.web.console import effects
from goodword.web.console.desk import Desk, shown
from goodword.web.console.happenings import REWARD_LINES
from goodword.web.console.refusals import sentence_of
from goodword.web.console.wording import decisions, letter, reward_line

# Who changes a status when no person does.
ACTORS: dict[str, Promise] = {
    "rules": gettext_lazy("by the rules of the programme"),
    "clock": gettext_lazy("by its date"),
    "": gettext_lazy("by itself"),
}


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show one reward."""
    reward = _found(desk, ref)
    left, spent = previewing.left_of(business=desk.business, reward=reward)
    ways = _ways(reward, desk) if "rewards.change" in desk.may else []
    context = {
        "reward": reward_line(reward, desk) | {"left": left, "spent": spent if spent and spent.units else None},
        "facts": _facts(reward),
        "history": [_change(each, reward, desk) for each in reading.changes(reward=reward)],
        "decisions": decisions(reading.reasons(business=desk.business, reward=reward, lang=desk.lang)),
        "letters": [letter(each, desk) for each in reading.messages(business=desk.business, reward=reward)],
        "ways": ways, "final": "" if ways else _final(reward),
    }  # fmt: skip
    return shown(request, desk, "console/reward.html", context, active="rewards")


def change(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Say what the change will do, ask why, and do it (R120, rulings 34)."""
    reward = _found(desk, ref)
    wanted = request.POST.get("status", "") or request.GET.get("status", "")
    if request.method != "POST":
        return _form(request, desk, reward, wanted)
    reason = request.POST.get("reason", "")
    data = {"reward": ref, "status": wanted, "reason": reason}
    try:
        submit(business=desk.business, type="reward.status_changed", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return _form(request, desk, reward, wanted, refusal=refusal, reason=reason)
    messages.success(request, _("Saved with your name and the time."))
    return redirect("console:reward", ref)


def _form(
    request: HttpRequest, desk: Desk, reward: Reward, wanted: str, *, refusal: Refused | None = None, reason: str = ""
) -> HttpResponse:
    ways = _ways(reward, desk)
    chosen = [way for way in ways if way["status"] == wanted]
    fault = sentence_of(refusal, lang=desk.lang) if refusal else ""
    beside = refusal is not None and refusal.code == "reason_required" and bool(chosen)
    for way in ways:
        way["errors"] = [fault] if beside and way in chosen else []
        way["reason"] = reason if way in chosen else ""
    context = {
        "reward": reward_line(reward, desk), "ways": chosen or ways, "fault": "" if beside else fault,
        "final": "" if ways else _final(reward),
    }  # fmt: skip
    status = 422 if refusal else 200
    return shown(request, desk, "console/reward_status.html", context, active="rewards", status=status)


def _found(desk: Desk, ref: str) -> Reward:
    reward = reading.one(business=desk.business, public_id=ref)
    if reward is None:
        raise Http404
    return reward


def _ways(reward: Reward, desk: Desk) -> list[dict[str, Any]]:
    """Return the changes that are possible in one step, each with what it would do."""
    told = []
    for status in previewing.CHOICES:
        if (reward.status, status) not in ALLOWED:
            continue
        (effect,) = previewing.preview(business=desk.business, rewards=[reward], status=status, now=desk.now)
        if effect.steps == (status,):
            told.append(
                {
                    "status": status, "text": str(effects.VERBS[status]), "tone": effects.TONES.get(status, "primary"),
                    "lines": effects.told(effect), "after": effects.after(status),
                    "url": f"{reverse('console:reward_status', args=[reward.public_id])}?status={status}",
                }
            )  # fmt: skip
    return told


def _final(reward: Reward) -> str:
    said = {
        "redeemed": _("It was handed over or used; that cannot be undone."),
        "declined": _("It was declined; that cannot be undone."),
        "reversed": _("It was taken back; that cannot be undone."),
        "expired": _("It has expired; that cannot be undone."),
    }
    return said.get(reward.status, _("Nothing of it is left to move."))


def _facts(reward: Reward) -> list[dict[str, str]]:
    """Return the particulars that are known, as pairs of words."""
    revision = reward.revision
    programme = f"{revision.programme.name} · {revision.number}"
    lines = [
        (_("Earned"), showing.moment(reward.at), ""),
        (_("Usable from"), showing.moment(reward.available_at), ""),
        (_("Until"), showing.last_day(reward.expires_at) if reward.expires_at else _("no end"), ""),
        (_("Number of the referral"), showing.number(reward.nth) if reward.nth else "", ""),
        (_("Programme, revision"), programme, reverse("console:programme", args=[revision.programme.slug])),
        (_("Rule"), reward.rule, ""),
        (_("Sale"), reward.ticket.external_id if reward.ticket else "", ""),
        (_("Id"), reward.public_id, ""),
    ]
    return [{"term": term, "text": text, "url": url} for term, text, url in lines if text]


def _change(change: Any, reward: Reward, desk: Desk) -> dict[str, Any]:
    words, icon, tone = REWARD_LINES[change.status]
    who = str(ACTORS.get(change.actor, change.actor.removeprefix("user:")))
    detail = " · ".join(filter(None, (change.reason, who)))
    gift = title(reward, business=desk.business, lang=desk.lang)
    return {"icon": icon, "tone": tone, "title": str(words) % {"gift": gift}, "detail": detail, "at": change.at,
            "url": ""}  # fmt: skip
