"""Several rewards decided at once: each its own command in its own transaction, so that one refusal stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from goodword.business.models import Business
from goodword.errors import Invalid, Refused
from goodword.flow.overriding import ALLOWED, HANDED_OVER
from goodword.flow.submit import submit
from goodword.rewards.models import Reward, Status

MOST = 200  # in one batch; a list's page is far shorter


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of one reward of a batch; ``refusal`` is None when it was done."""

    reward: str
    refusal: Refused | None


def steps(*, was: str, kind: str, status: str) -> tuple[str, ...]:
    """Return the transitions of rulings 34 that lead from ``was`` to ``status``; none when it cannot be reached.

    What a person hands over goes from pending by way of issued: released and handed over, two changes in the history.
    """
    if status == Status.REDEEMED and kind not in HANDED_OVER:
        return ()
    if (was, status) in ALLOWED:
        return (status,)
    if (was, status) == (Status.PENDING, Status.REDEEMED):
        return (Status.ISSUED.value, Status.REDEEMED.value)
    return ()


def change_many(
    *, business: Business, rewards: Sequence[str], status: str, reason: str, actor: str, batch: str, now: datetime
) -> list[Changed]:
    """Give each reward the status, with one reason; return what became of each, in their order.

    Args:
        rewards: public ids, at most ``MOST``.
        batch: names this batch: the same batch again gives the same answers and does nothing twice.

    Raises:
        Invalid: ``reason_required``, ``too_many_rewards``: nothing was done.
    """
    if not reason.strip():
        raise Invalid("reason_required", "say why the status is changed", pointer="/reason")
    if len(rewards) > MOST:
        raise Invalid("too_many_rewards", f"at most {MOST} rewards at once")
    told = []
    for ref in dict.fromkeys(rewards):
        refusal = _change(business, ref, status, reason, actor=actor, batch=batch, now=now)
        told.append(Changed(ref, refusal))
    return told


def _change(
    business: Business, ref: str, status: str, reason: str, *, actor: str, batch: str, now: datetime
) -> Refused | None:
    row = Reward.objects.filter(business=business, public_id=ref).values_list("status", "kind").first()
    was, kind = row or ("", "")
    way = steps(was=was, kind=kind, status=status) or (status,)
    for step in way:
        data = {"reward": ref, "status": step, "reason": reason}
        key = f"batch:{batch}:{ref}:{step}"
        try:
            submit(business=business, type="reward.status_changed", data=data, actor=actor, now=now, key=key)
        except Refused as refusal:
            return refusal
    return None
