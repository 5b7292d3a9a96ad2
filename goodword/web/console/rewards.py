"""Rewards: what a person must hand over or look at, the list, and a change of state with its reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.reports import rewards as reading
from goodword.reports.pipeline import named
from goodword.reports.worth import title
from goodword.rewards.models import Reward
from goodword.web.console.asking_form import Field, Form, form_page
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import filters, paged
from goodword.web.console.refusals import sentence_of
from goodword.web.console.wording import review_note, reward_line
from goodword.web.labels import STATES

CHOICES = ("issued", "redeemed", "declined", "reversed")


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the queue and the list."""
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    page = reading.rewards(business=desk.business, status=state, after=after)
    names = [("", _("All"))] + [(code, str(look.text)) for code, look in STATES["reward"].items()]
    can_change = "rewards.change" in desk.may
    queue = reading.queue(business=desk.business) if not after else []
    context = {
        "queue": [_queued(reward, desk) for reward in queue], "can_change": can_change,
        "rewards": [reward_line(reward, desk) for reward in page.rows],
        "filters": filters(request, name="state", choices=names), **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/rewards.html", context, active="rewards")


def change(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask for the new state and the reason; keep both (R120, rulings 34)."""
    reward = reading.one(business=desk.business, public_id=ref)
    if reward is None:
        raise Http404
    form = _form(reward, desk)
    if request.method != "POST":
        return form_page(request, desk, form, active="rewards")
    data = {"reward": ref, "status": request.POST.get("status", ""), "reason": request.POST.get("reason", "")}
    try:
        submit(business=desk.business, type="reward.status_changed", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        place = "reason" if refusal.code == "reason_required" else "status"
        return form_page(request, desk, form, active="rewards", faults={place: sentence_of(refusal, lang=desk.lang)})
    messages.success(request, _("Saved with your name and the time."))
    return redirect("console:rewards")


def _form(reward: Reward, desk: Desk) -> Form:
    options = [{"value": code, "text": str(STATES["reward"][code].text)} for code in CHOICES]
    return Form(
        title=title(reward, business=desk.business, lang=desk.lang), button=_("Save"),
        lead=_("For %(name)s. This is kept with your name and the time.") % {"name": named(reward.holder)},
        back=reverse("console:rewards"), back_text=_("Rewards"),
        fields=[Field("status", _("New state"), kind="choice", options=options),
                Field("reason", _("Why?"), kind="area", required=True)],
    )  # fmt: skip


def _queued(reward: Reward, desk: Desk) -> dict[str, Any]:
    if reward.review:
        reason, text, status = review_note(), _("It is right"), "issued"
    elif reward.status == "pending":
        reason, text, status = _why(reward), _("Release"), "issued"
    else:
        reason, text, status = _why(reward), _("Handed over"), "redeemed"
    return {
        "id": reward.public_id, "kind": reward.kind, "at": reward.at, "reason": reason, "done_text": text,
        "title": title(reward, business=desk.business, lang=desk.lang), "done_status": status,
        "refuse_status": "declined" if reward.status == "pending" else "reversed",
        "holder_name": named(reward.holder), "holder_id": reward.holder.public_id,
    }  # fmt: skip


def _why(reward: Reward) -> str:
    if reward.referral is None:
        return _("For a purchase.")
    return _("For recommending %(name)s.") % {"name": named(reward.referral.friend)}
