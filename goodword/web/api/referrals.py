"""Referrals: who brought whom; naming it by hand; removing a wrong one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.web.api import examples, finding
from goodword.web.api.access import key_of, now_of
from goodword.web.api.asked import ContactNamed, ReferralAsked, RemovalAsked
from goodword.web.api.described import operation
from goodword.web.api.keyed import once
from goodword.web.api.paging import DEFAULT_LIMIT, page
from goodword.web.api.reading import Limit
from goodword.web.api.shapes import Page, ReferralShape, RemovalShape

router = Router()
Stage = Literal["attributed", "consultation", "booked", "completed", "invoiced", "paid"]


@router.get(
    "/referrals",
    response=Page[ReferralShape],
    **operation(
        scope="referrals:read",
        summary="Referrals, newest first",
        answer={"data": [examples.REFERRAL], "next": None},
        refusals=("bad_cursor", "contact_not_found"),
    ),
)
def listed(
    request: HttpRequest,
    referrer: str | None = None,
    friend: str | None = None,
    stage: Stage | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Removed ones are in the list, with `removed_at`. `referrer` and `friend` are contacts."""
    key = key_of(request)
    rows = Referral.objects.filter(business=key.business).select_related("friend", "referrer")
    if referrer is not None:
        rows = rows.filter(referrer=finding.contact_of(key, referrer))
    if friend is not None:
        rows = rows.filter(friend=finding.contact_of(key, friend))
    if stage is not None:
        rows = rows.filter(stage=stage)
    return page(rows, of="referrals", cursor=cursor, limit=limit, render=rendered)


@router.post(
    "/referrals",
    response={201: ReferralShape},
    **operation(
        scope="referrals:write",
        summary="Say who referred whom",
        answer=examples.REFERRAL,
        request=examples.REFERRAL_ASKED,
        refusals=(
            "contact_not_found", "already_referred", "self_referral", "not_new", "circular", "referrer_blocked",
        ),
        keyed=True,
    ),
)  # fmt: skip
def attribute(request: HttpRequest, body: ReferralAsked) -> HttpResponse:
    """A friend has one referrer, and it cannot be changed once saved. Both are
    contacts we know."""
    key = key_of(request)

    def perform(name: str | None) -> tuple[int, dict[str, Any]]:
        data = {"friend": _ref(request, body.friend), "referrer": _ref(request, body.referrer), "how": body.how}
        event = submit(
            business=key.business, type="referral.attributed", data=data, actor=key.name, now=now_of(request), key=name
        )
        return 201, rendered([_attributed_by(event)])[0]

    return once(request, perform)


@router.get(
    "/referrals/{referral}",
    response=ReferralShape,
    **operation(
        scope="referrals:read", summary="One referral", answer=examples.REFERRAL, refusals=("referral_not_found",)
    ),
)
def show(request: HttpRequest, referral: str) -> dict[str, Any]:
    """With the stages it has reached, and the referrer's ordinal at each."""
    return rendered([finding.referral_of(key_of(request), referral)])[0]


@router.delete(
    "/referrals/{referral}",
    response=RemovalShape,
    **operation(
        scope="referrals:admin",
        summary="Remove a referral that was logged wrongly",
        answer=examples.REMOVAL,
        request=examples.REMOVAL_ASKED,
        refusals=("referral_not_found", "already_removed"),
        keyed=True,
    ),
)
def remove(request: HttpRequest, referral: str, body: RemovalAsked) -> HttpResponse:
    """Every reward that hung on it is reversed, and told in the answer. Both facts stay in the history; the friend may
    then be attributed afresh."""
    key = key_of(request)

    def perform(name: str | None) -> tuple[int, dict[str, Any]]:
        row = finding.referral_of(key, referral)
        data = {"referral": row.public_id, "reason": body.reason}
        event = submit(
            business=key.business, type="referral.removed", data=data, actor=key.name, now=now_of(request), key=name
        )
        return 200, {"referral": rendered([finding.referral_of(key, referral)])[0], "reversed": reversed_by(event)}

    return once(request, perform)


def reversed_by(event: Event) -> list[dict[str, Any]]:
    """Return what an event took back, reward by reward."""
    rows = Decision.objects.filter(event=event, kind="reversed", reward__isnull=False).order_by("pk")
    found = list(rows)
    rewards = {r.pk: r for r in Reward.objects.select_related("holder").filter(pk__in=[row.reward for row in found])}
    told = []
    for row in found:
        reward = rewards[int(row.reward or 0)]
        units = row.trace.get("units", reward.units)
        told.append(
            {
                "reward": reward.public_id,
                "contact": reward.holder.public_id,
                "rule": reward.rule,
                "asset": reward.asset,
                "units": units,
            }
        )
    return told


def rendered(rows: Sequence[Referral]) -> list[dict[str, Any]]:
    """Return referrals as the API shows them."""
    return [
        {
            "id": row.public_id,
            "friend": row.friend.public_id,
            "referrer": row.referrer.public_id,
            "how": row.how,
            "stage": row.stage,
            "stages": [
                {"stage": name, "reached_at": told["time"], "nth": told["nth"]}
                for name, told in row.stages.items()
                if told.get("time") is not None
            ],
            "is_new": row.is_new,
            "household": row.household,
            "arrived_at": row.arrived_at,
            "created_at": row.created_at,
            "removed_at": row.removed_at,
            "removed_code": row.removed_code or None,
            "removed_reason": row.removed_reason or None,
        }
        for row in rows
    ]


def _ref(request: HttpRequest, named: str | ContactNamed) -> str | dict[str, Any]:
    return finding.reference(key_of(request), named if isinstance(named, str) else named.model_dump())


def _attributed_by(event: Event) -> Referral:
    made = Decision.objects.filter(event=event, kind="attributed").values("referral")
    return Referral.objects.select_related("friend", "referrer").get(pk__in=made)
