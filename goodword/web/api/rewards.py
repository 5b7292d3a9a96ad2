"""Rewards: what rules promised and what became of it; overriding a status by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from goodword.business.models import ApiKey
from goodword.flow.submit import submit
from goodword.rewards.models import Reward
from goodword.web.api import examples, finding
from goodword.web.api.access import key_of, now_of
from goodword.web.api.asked import StatusAsked
from goodword.web.api.described import operation
from goodword.web.api.keyed import once
from goodword.web.api.paging import DEFAULT_LIMIT, page
from goodword.web.api.reading import Limit
from goodword.web.api.shapes import Page, RewardShape

router = Router()
Status = Literal["pending", "issued", "redeemed", "reversed", "expired", "declined"]


@router.get(
    "/rewards",
    response=Page[RewardShape],
    **operation(
        scope="rewards:read",
        summary="Rewards, newest first",
        answer={"data": [examples.REWARD], "next": None},
        refusals=("bad_cursor", "contact_not_found"),
    ),
)
def listed(
    request: HttpRequest,
    contact: str | None = None,
    status: Status | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> dict[str, Any]:
    """`contact` is who holds them."""
    key = key_of(request)
    rows = Reward.objects.filter(business=key.business)
    if contact is not None:
        rows = rows.filter(holder=finding.contact_of(key, contact))
    if status is not None:
        rows = rows.filter(status=status)
    rows = rows.select_related("holder", "referral", "event", "revision__programme")
    return page(rows, of="rewards", cursor=cursor, limit=limit, render=lambda found: rendered(key, found))


@router.post(
    "/rewards/{reward}/status",
    response=RewardShape,
    **operation(
        scope="rewards:write",
        summary="Override a reward's status",
        answer=examples.REWARD,
        request=examples.STATUS_ASKED,
        refusals=("reward_not_found", "not_allowed", "nothing_left"),
        keyed=True,
    ),
)
def override(request: HttpRequest, reward: str, body: StatusAsked) -> HttpResponse:
    """Pending to issued (released now) or declined, issued to reversed (taken back), issued to redeemed (custom, gift
    card, cash). Nothing else. Who, when and why are kept."""
    key = key_of(request)

    def perform(name: str | None) -> tuple[int, dict[str, Any]]:
        row = finding.reward_of(key, reward)
        data = {"reward": row.public_id, "status": body.status, "reason": body.reason}
        submit(
            business=key.business,
            type="reward.status_changed",
            data=data,
            actor=key.name,
            now=now_of(request),
            key=name,
        )
        return 200, rendered(key, [finding.reward_of(key, reward)])[0]

    return once(request, perform, kept=_without_code, shown=lambda body: _with_code(key, body))


def _without_code(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "code": None}


def _with_code(key: ApiKey, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "code": _code(key, finding.reward_of(key, body["id"]))}


def _code(key: ApiKey, row: Reward) -> str | None:
    return row.code if "rewards:write" in key.scopes else None


def rendered(key: ApiKey, rows: Sequence[Reward]) -> list[dict[str, Any]]:
    """Return rewards as the API shows them; their relations are loaded."""
    same = (
        "rule", "to", "kind", "asset", "units", "reversed_units", "nth", "cut", "review", "status", "at",
        "available_at", "expires_at", "granted_at", "issued_at",
    )  # fmt: skip
    return [
        {
            "id": row.public_id,
            "contact": row.holder.public_id,
            "referral": row.referral.public_id if row.referral else None,
            "event": row.event.public_id,
            "programme": row.revision.programme.slug,
            "revision": row.revision.number,
            "worth": {"amount": row.worth, "currency": key.business.currency},
            "text": row.text or None,
            "code": _code(key, row),
            **{name: getattr(row, name) for name in same},
        }
        for row in rows
    ]
