"""Referrals: the list by stage, one referral with its promise and its reasons, and its removal."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from goodword.reports import customer_log, explaining, pipeline, programmes, rewards
from goodword.reports.one_referral import Told, one_referral
from goodword.web.console.desk import Desk, shown
from goodword.web.console.happenings import timeline
from goodword.web.console.listing import filters, paged
from goodword.web.console.wording import decisions, review_note, reward_line


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the list."""
    stage, state, text = (request.GET.get(name, "") for name in ("stage", "state", "q"))
    page = pipeline.referrals(
        business=desk.business, stage=stage, state=state, text=text, after=request.GET.get("after", "")
    )
    counts = pipeline.counts(business=desk.business)
    names = [("", _("All")), ("open", _("Under way")), ("rewarded", _("Rewarded")), ("review", _("To review")),
             ("removed", _("Removed"))]  # fmt: skip
    context = {
        "pipeline": [
            {"stage": word, "count": n, "url": "?" if word == stage else f"?stage={word}", "current": word == stage}
            for word, n in counts.items()
        ],
        "filters": filters(request, name="state", choices=names),
        "query": text, "stage": stage, "state": state, "referrals": page.rows, **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/referrals.html", context, active="referrals")


def one(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show one referral."""
    told = _found(desk, ref)
    business, row = desk.business, told.referral
    context = {
        "referral": _facts(told),
        "rewards": [reward_line(r, desk) for r in rewards.of_referral(referral=row.pk)],
        "decisions": decisions(explaining.of_referral(business=business, referral=row.pk, lang=desk.lang)),
        "promises": programmes.promises(referral=row, lang=desk.lang),
        "timeline": timeline(
            customer_log.of_referral(business=business, referral=row, lang=desk.lang), currency=business.currency
        ),
        "can_remove": "referrals.remove" in desk.may and row.removed_at is None,
    }
    return shown(request, desk, "console/referral.html", context, active="referrals")


def _found(desk: Desk, ref: str) -> Told:
    told = one_referral(business=desk.business, public_id=ref)
    if told is None:
        raise Http404
    return told


def _facts(told: Told) -> dict[str, Any]:
    row = told.referral
    stage = None if row.stage == pipeline.ARRIVED else row.stage
    why = row.removed_reason if row.removed_at else _("The work was called off, so it pays nothing.")
    return {
        "id": row.public_id, "friend_name": pipeline.named(row.friend), "friend_id": row.friend.public_id,
        "referrer_name": pipeline.named(row.referrer), "referrer_id": row.referrer.public_id,
        "arrived_at": row.arrived_at, "stage": stage, "state": pipeline.state_of(row), "state_reason": why,
        "how": row.how, "code": row.referrer.code, "ordinal": told.ordinal, "first_job": told.first_job,
        "review": review_note() if told.review else "",
    }  # fmt: skip
