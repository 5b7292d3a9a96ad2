"""Referrals: the list by stage, one referral with its promise and its reasons, and its removal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.reports import customer_log, explaining, pipeline, programmes, rewards
from goodword.reports.one_referral import Told, one_referral
from goodword.web.console.desk import Desk, shown
from goodword.web.console.happenings import timeline
from goodword.web.console.listing import filters, paged
from goodword.web.console.periods import WORDS, Period, period_of
from goodword.web.console.sheets import sheet
from goodword.web.console.wording import decisions, review_note, reward_line
from goodword.web.labels import HOW, STAGES, STATES

KEPT = ("q", "stage", "how", "location", "period", "from", "to")


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the list."""
    period, asked = _asked(request, desk)
    page = pipeline.referrals(business=desk.business, asked=asked, after=request.GET.get("after", ""))
    counts = pipeline.counts(business=desk.business)
    names = [("", _("All")), ("open", _("Under way")), ("rewarded", _("Rewarded")), ("review", _("To review")),
             ("removed", _("Removed"))]  # fmt: skip
    context = {
        "pipeline": [
            {"stage": word, "count": n, "url": "?" if word == asked.stage else f"?stage={word}",
             "current": word == asked.stage}
            for word, n in counts.items()
        ],
        "filters": filters(request, name="state", choices=names, keep=KEPT),
        "query": asked.text, "stage": asked.stage, "state": asked.state, "referrals": page.rows,
        "how": asked.how, "location": asked.location, "period": period,
        "hows": [{"value": "", "text": _("Any way")},
                 *({"value": code, "text": str(words)} for code, words in HOW.items())],
        "periods": [{"value": word, "text": str(words)} for word, words in WORDS.items()],
        "locations": _locations(desk),
        "narrowed": bool(asked.text or asked.how or asked.location or asked.start or asked.end or asked.stage
                         or asked.state),
        "sheet_url": f"{reverse('console:referrals_sheet')}?{request.GET.urlencode()}",
        **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/referrals.html", context, active="referrals")


def as_sheet(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    """Send the list as it is narrowed, as a CSV file."""
    _period, asked = _asked(request, desk)
    head = [_("Id"), _("Friend"), _("Referrer"), _("Learnt by"), _("Arrived"), _("Stage"), _("State"), _("Reward"),
            _("Worth"), _("Currency")]  # fmt: skip
    words = {
        "stage": {"": _("Arrived"), **{code: str(text) for code, text in STAGES.items()}},
        "how": {code: str(text) for code, text in HOW.items()},
        "state": {"active": _("Under way"), "removed": _("Removed"), "cancelled": _("Cancelled")},
        "reward": {code: str(look.text) for code, look in STATES["reward"].items()},
    }
    return sheet("referrals", head, _cells(pipeline.each(business=desk.business, asked=asked), words))


def _cells(rows: Iterable[pipeline.Row], words: dict[str, dict[str, str]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield (
            row.id, row.friend_name, row.referrer_name, words["how"].get(row.how, row.how), row.arrived_at,
            words["stage"].get(row.stage or "", row.stage), words["state"].get(row.state, row.state),
            words["reward"].get(row.reward_state, ""), row.worth, row.worth.asset if row.worth else "",
        )  # fmt: skip


def _asked(request: HttpRequest, desk: Desk) -> tuple[Period, pipeline.Asked]:
    period = period_of(request.GET, now=desk.now, zone=ZoneInfo(desk.business.timezone), default="all")
    stage, state, how, text, location = (
        request.GET.get(name, "") for name in ("stage", "state", "how", "q", "location")
    )
    asked = pipeline.Asked(stage, state, how if how in HOW else "", text, location, period.start, period.end)
    return period, asked


def _locations(desk: Desk) -> list[dict[str, str]]:
    """Return the branches to choose from; nothing where there are none to tell apart."""
    rows = pipeline.locations(business=desk.business)
    if not rows:
        return []
    return [{"value": "", "text": _("Everywhere")}, *({"value": code, "text": name} for code, name in rows)]


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
