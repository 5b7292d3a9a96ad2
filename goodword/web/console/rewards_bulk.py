"""Several rewards at once: chosen, looked at together with what will happen, done with one reason, told row by row."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.handing_out import MOST, Changed, change_many
from goodword.reports import effects as previewing
from goodword.reports import rewards as reading
from goodword.reports.effects import CHOICES, Effect
from goodword.rewards.models import Reward
from goodword.web.console import effects
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.console.wording import reward_line

BATCH = re.compile(r"[A-Za-z0-9_-]{8,40}")


def decide(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the confirmation for the rewards that were chosen; with ``confirm``, do it."""
    status, asked = request.POST.get("status", ""), list(dict.fromkeys(request.POST.getlist("reward")))[:MOST]
    found = reading.several(business=desk.business, public_ids=asked)
    if not found or status not in CHOICES:
        messages.warning(request, _("Choose at least one reward, and what to do with it."))
        return redirect("console:rewards")
    if "confirm" not in request.POST:
        return _confirmation(request, desk, found, status)
    batch, reason = request.POST.get("batch", ""), request.POST.get("reason", "")
    if not BATCH.fullmatch(batch):
        return _confirmation(request, desk, found, status)
    before = {reward.public_id: reward for reward in found}
    try:
        told = change_many(
            business=desk.business, rewards=list(before), status=status, reason=reason, actor=desk.actor, batch=batch,
            now=desk.now,
        )  # fmt: skip
    except Refused as refusal:
        return _confirmation(request, desk, found, status, fault=sentence_of(refusal, lang=desk.lang))
    return _result(request, desk, told, status)


def _confirmation(
    request: HttpRequest, desk: Desk, found: list[Reward], status: str, *, fault: str = ""
) -> HttpResponse:
    told = previewing.preview(business=desk.business, rewards=found, status=status, now=desk.now)
    batch = request.POST.get("batch", "")
    context = {
        "status": status, "verb": str(effects.VERBS[status]), "tone": effects.TONES.get(status, "primary"),
        "batch": batch if BATCH.fullmatch(batch) else secrets.token_urlsafe(12),
        "possible": [_row(effect, desk) for effect in told if effect.steps],
        "left_alone": [_row(effect, desk) for effect in told if not effect.steps],
        "totals": previewing.total(told), "after": effects.after(status),
        "reason": request.POST.get("reason", ""), "errors": [fault] if fault else [],
    }  # fmt: skip
    code = 422 if fault else 200
    return shown(request, desk, "console/rewards_bulk.html", context, active="rewards", status=code)


def _result(request: HttpRequest, desk: Desk, told: list[Changed], status: str) -> HttpResponse:
    refusals = {changed.reward: changed.refusal for changed in told}
    now = reading.several(business=desk.business, public_ids=list(refusals))
    rows = [
        reward_line(reward, desk)
        | {"fault": sentence_of(refusal, lang=desk.lang) if (refusal := refusals[reward.public_id]) else ""}
        for reward in now
    ]
    context = {
        "verb": str(effects.VERBS[status]), "failed": [row for row in rows if row["fault"]],
        "done": [row for row in rows if not row["fault"]],
    }  # fmt: skip
    return shown(request, desk, "console/rewards_done.html", context, active="rewards")


def _row(effect: Effect, desk: Desk) -> dict[str, Any]:
    return reward_line(effect.reward, desk) | {"lines": effects.told(effect), "left": effect.left}
