"""One referral and what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from goodword.business.models import Business
from goodword.engine.world import STAGES
from goodword.referrals.models import Referral
from goodword.reports.pipeline import with_names
from goodword.rewards.models import Reward
from goodword.work.models import Job


@dataclass(frozen=True, slots=True)
class Told:
    """A referral with its people, its number for this referrer at its furthest stage, and the friend's first job."""

    referral: Any
    ordinal: int | None
    first_job: str
    review: bool


def one_referral(*, business: Business, public_id: str) -> Told | None:
    """Return one referral of the business by its id. Three statements."""
    row = with_names(Referral.objects.filter(business=business, public_id=public_id)).first()
    if row is None:
        return None
    numbers = [n for stage in STAGES if (n := (row.stages.get(stage) or {}).get("nth")) is not None]
    job = Job.objects.filter(contact=row.friend).order_by("pk").first()
    words = ", ".join(filter(None, (*job.services, job.external_id))) if job is not None else ""
    review = Reward.objects.filter(referral=row, review=True, status="pending").exists()
    return Told(row, numbers[-1] if numbers else None, words, review)
