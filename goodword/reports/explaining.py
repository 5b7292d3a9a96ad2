"""Stored decisions told to staff: a sentence, what was checked, the sum, what was booked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from goodword.business.models import Business
from goodword.engine.decisions import Trace
from goodword.engine.facts import Check
from goodword.engine.wording import gift_in_words, reason, sentence
from goodword.engine.wording.traces import check_in_words, sum_in_words
from goodword.flow.previewing import Foreseen
from goodword.inbox.models import Decision, Event
from goodword.money import Amount
from goodword.people.models import Contact
from goodword.reports.pipeline import named
from goodword.rewards.models import Reward

OUTCOMES = frozenset({"granted", "refused", "reversed", "waiting"})


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule's decision. ``checks``: what a condition wanted and found; ``outcome`` as the trace says."""

    rule: str
    programme: str
    outcome: str
    sentence: str
    at: datetime
    checks: list[Check] = field(default_factory=list)
    arithmetic: str = ""
    available_at: datetime | None = None
    booked: Amount | None = None
    holder: str = ""


def of_referral(*, business: Business, referral: int, lang: str, limit: int = 100) -> list[Explained]:
    """Return what rules decided on a referral, newest first. Three statements."""
    rows = Decision.objects.filter(business=business, referral=referral, kind__in=OUTCOMES)
    return explain(business=business, rows=list(rows.select_related("event").order_by("-pk")[:limit]), lang=lang)


def explain(*, business: Business, rows: Collection[Decision], lang: str) -> list[Explained]:
    """Return rule decisions in words; each row brings its event. Two statements."""
    names = dict(Contact.objects.filter(pk__in={r.contact for r in rows if r.contact}).values_list("pk", "name"))
    texts = dict(Reward.objects.filter(pk__in={r.reward for r in rows if r.reward}).values_list("pk", "text"))
    return [
        _explained(
            business, row, lang=lang, holder=names.get(row.contact or 0, ""), text=texts.get(row.reward or 0, "")
        )
        for row in rows
    ]


def foreseen(*, business: Business, told: Foreseen, lang: str, now: datetime) -> list[Explained]:
    """Return in words what an attribution would lead to. One statement."""
    known = Contact.objects.filter(business=business, public_id__in={each.holder for each in told.decided})
    names = {contact.public_id: named(contact) for contact in known}
    unsaved = Event(time=now)
    return [
        _explained(
            business, _unsaved(each.trace, unsaved), lang=lang, holder=names.get(each.holder, ""), text=each.text
        )
        for each in told.decided
        if each.trace.outcome in OUTCOMES
    ]


def _unsaved(trace: Trace, event: Event) -> Decision:
    return Decision(
        event=event, kind=trace.outcome, programme=trace.programme, revision=trace.revision, rule=trace.rule,
        codes=list(trace.codes), trace=msgspec.to_builtins(trace),
    )  # fmt: skip


def _explained(business: Business, row: Decision, *, lang: str, holder: str, text: str) -> Explained:
    trace, zone = row.trace, ZoneInfo(business.timezone)
    checks = [_in_words(check, lang) for check in msgspec.convert(trace.get("checks", []), list[Check])]
    usable, expires = _instant(trace.get("available_at")), _instant(trace.get("expires_at"))
    granted = row.kind == "granted"
    told: Any = row.kind
    words = sentence(
        outcome=told, lang=lang, holder=holder, gift=_gift(business, trace, text=text, lang=lang),
        codes=row.codes, cut=bool(trace.get("cut")),
        review=bool(trace.get("review")),
        usable_on=usable.astimezone(zone).date() if usable and granted else None,
        valid_through=(expires - timedelta(microseconds=1)).astimezone(zone).date() if expires and granted else None,
    )  # fmt: skip
    moves = row.kind in ("granted", "reversed") and trace.get("units")
    asset = str(trace.get("asset") or business.currency)
    return Explained(
        rule=row.rule, programme=row.programme, outcome=row.kind, sentence=words, at=row.event.time, checks=checks,
        arithmetic=sum_in_words(str(trace.get("arithmetic") or ""), lang), available_at=usable if granted else None,
        booked=Amount(int(trace["units"]), asset) if moves and asset not in ("discount", "custom") else None,
        holder=holder,
    )  # fmt: skip


def _in_words(check: Check, lang: str) -> Check:
    wanted, found = check_in_words(check, lang)
    return msgspec.structs.replace(check, wanted=wanted, found=found)


def _gift(business: Business, trace: dict[str, Any], *, text: str, lang: str) -> str:
    if not trace.get("kind"):
        return ""
    return gift_in_words(
        give=str(trace["kind"]), units=int(trace.get("units") or 0), asset=str(trace.get("asset") or ""),
        currency=business.currency, text=text or None, lang=lang,
    )  # fmt: skip


def refusal(row: Decision, *, lang: str) -> str:
    """Return why an attribution or a tender was not taken, in words for staff."""
    codes = [*row.codes, *([row.trace["why"]] if row.trace.get("why") else [])]
    return " ".join(reason(code, lang) for code in codes)


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
