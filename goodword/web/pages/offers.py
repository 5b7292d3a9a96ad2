"""What a friend is offered, in words: by the programme in force, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.engine.durations import local_date
from goodword.engine.programme import Programme
from goodword.engine.wording import friend_offer, steps
from goodword.reports.programmes import document_of, programmes


@dataclass(frozen=True, slots=True)
class Offer:
    """The programme a friend would come in by, and whether the friend gets something."""

    programme: Programme

    def words(self, lang: str) -> dict[str, Any]:
        """Return *offer* of templates/README.md."""
        first, *rest = [_plain(step) for step in steps(self.programme, lang)]
        return {
            "headline": _plain(friend_offer(self.programme, lang)), "summary": "", "terms_url": "",
            "steps": [{"title": step, "text": ""} for step in (first, *rest)],
        }  # fmt: skip

    def line(self, lang: str) -> str:
        """Return what the friend gets in one sentence; empty when the friend gets nothing."""
        return friend_offer(self.programme, lang) if any(rule.to == "friend" for rule in self.programme.rules) else ""


def offer_of(*, business: Business, now: datetime) -> Offer | None:
    """Return the offer that is open now: one with a gift for the friend first; None when none is."""
    day = local_date(now, ZoneInfo(business.timezone))
    found = []
    for line in programmes(business=business, now=now):
        if line.current is None:
            continue
        document = document_of(line.current)
        begun = document.starts is None or document.starts <= day
        if begun and (document.ends is None or day <= document.ends) and not all(r.on_ticket for r in document.rules):
            found.append(Offer(document))
    return max(found, key=lambda offer: any(rule.to == "friend" for rule in offer.programme.rules), default=None)


def _plain(sentence: str) -> str:
    return sentence.rstrip(".")
