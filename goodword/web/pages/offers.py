"""What a friend is offered, in words: by the programme in force, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from goodword.business.models import Business
from goodword.engine.durations import local_date
from goodword.engine.programme import Programme
from goodword.engine.wording import explain_publicly, friend_offer, headline, referrer_offer, steps
from goodword.flow.inviting import is_eligible
from goodword.people.models import Contact
from goodword.reports.programmes import document_of, programmes


@dataclass(frozen=True, slots=True)
class Offer:
    """The programme a friend would come in by, the day its terms began to hold, and what a page says of it."""

    programme: Programme
    since: date

    @property
    def gives_friend(self) -> bool:
        """Say whether the friend gets something."""
        return any(rule.to == "friend" for rule in self.programme.rules)

    def words(self, lang: str) -> dict[str, Any]:
        """Return *offer* of templates/README.md, without its address."""
        what, when = headline(self.programme, lang)
        first, second, last = (_plain(step) for step in steps(self.programme, lang))
        return {
            "headline": _plain(what), "summary": when, "thanks_referrer": self.gives_friend and self._gives_referrer(),
            "steps": [
                {"title": first, "text": _("It takes half a minute.")},
                {"title": second, "text": _("A real person, at a time that suits you.")},
                {"title": last, "text": when},
            ],
        }  # fmt: skip

    def terms(self, lang: str) -> list[str]:
        """Return the terms that anybody may read."""
        return explain_publicly(self.programme, lang)

    def line(self, lang: str) -> str:
        """Return what the friend gets in one sentence; empty when the friend gets nothing."""
        return friend_offer(self.programme, lang) if self.gives_friend else ""

    def for_referrer(self, lang: str) -> tuple[str, list[str]]:
        """Return what a friend gets and what the one who sends them gets, in sentences; empty where it is nothing."""
        friend, yours = referrer_offer(self.programme, lang)
        return _plain(friend), yours

    def _gives_referrer(self) -> bool:
        return any(rule.to == "referrer" for rule in self.programme.rules)


def offer_of(*, business: Business, now: datetime, referrer: Contact | None = None) -> Offer | None:
    """Return the offer that is open now: one with a gift for the friend first; None when none is.

    Args:
        referrer: only programmes by which this contact may refer; None: all.
    """
    zone = ZoneInfo(business.timezone)
    day = local_date(now, zone)
    found = []
    for line in programmes(business=business, now=now):
        if line.current is None:
            continue
        document = document_of(line.current)
        begun = document.starts is None or document.starts <= day
        if referrer is not None and not is_eligible(referrer, document):
            continue
        if begun and (document.ends is None or day <= document.ends) and not all(r.on_ticket for r in document.rules):
            found.append(Offer(document, since=local_date(line.current.starts_at, zone)))
    return max(found, key=lambda offer: offer.gives_friend, default=None)


def _plain(sentence: str) -> str:
    return sentence.rstrip(".")
