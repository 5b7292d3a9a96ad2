"""Stored decisions as the API tells them: outcome, reasons and one plain sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from goodword.business.models import Business
from goodword.engine.facts import Check
from goodword.engine.wording import LANGUAGES, gift_in_words, reason, sentence
from goodword.inbox.models import Decision
from goodword.money import POINTS
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward

_WORDED = frozenset({"granted", "refused", "reversed", "waiting"})

# Decisions that no rule made, in the three languages of the product.
FACTS: dict[str, dict[str, str]] = {
    "en": {
        "attributed": "{contact} was recorded as referred.",
        "referral_removed": "The referral was removed.",
        "stage_reached": "The referral reached the stage “{stage}”.",
        "stage_lost": "No job supports the stage “{stage}” any more.",
        "brought": "{contact} brought {what} along{import_}.",
        "brought_back": "What {contact} had brought along was taken back{import_}.",
        "spent": "{contact} paid with value in hand.",
        "restored": "What {contact} had paid with was given back.",
        "voucher_spent": "Voucher {voucher} paid on the ticket.",
        "voucher_restored": "What voucher {voucher} had paid was given back.",
        "voucher_unbooked": "Voucher {voucher} is free again: its job was cancelled.",
        "merged": "Two records were joined into {contact}.",
        "kept": "The reward was kept, as its rule says.",
        "unchanged": "Nothing changed.",
        "ignored": "Nothing followed.",
    },
    "sv": {
        "attributed": "{contact} antecknades som tipsad.",
        "referral_removed": "Tipset togs bort.",
        "stage_reached": "Tipset nådde steget ”{stage}”.",
        "stage_lost": "Inget jobb stöder längre steget ”{stage}”.",
        "brought": "{contact} hade med sig {what}{import_}.",
        "brought_back": "Det som {contact} hade med sig togs tillbaka{import_}.",
        "spent": "{contact} betalade med sitt tillgodohavande.",
        "restored": "Det som {contact} betalat med lämnades tillbaka.",
        "voucher_spent": "Presentkort {voucher} betalade på kvittot.",
        "voucher_restored": "Det som presentkort {voucher} betalat lämnades tillbaka.",
        "voucher_unbooked": "Presentkort {voucher} är ledigt igen: jobbet avbokades.",
        "merged": "Två poster slogs ihop till {contact}.",
        "kept": "Belöningen behölls, som regeln säger.",
        "unchanged": "Ingenting ändrades.",
        "ignored": "Ingenting följde.",
    },
    "ar": {
        "attributed": "سُجّل {contact} على أنه مُحال.",
        "referral_removed": "أُزيلت الإحالة.",
        "stage_reached": "بلغت الإحالة المرحلة «{stage}».",
        "stage_lost": "لم يعد أي عمل يدعم المرحلة «{stage}».",
        "brought": "كان لدى {contact} رصيد سابق: {what}{import_}.",
        "brought_back": "استُرد ما كان لدى {contact} من رصيد سابق{import_}.",
        "spent": "دفع {contact} مما لديه من رصيد.",
        "restored": "أُعيد ما دفع به {contact}.",
        "voucher_spent": "دُفع بالقسيمة {voucher} في الإيصال.",
        "voucher_restored": "أُعيد ما دُفع بالقسيمة {voucher}.",
        "voucher_unbooked": "القسيمة {voucher} متاحة من جديد: أُلغي عملها.",
        "merged": "ضُمّ سجلان في {contact}.",
        "kept": "بقيت المكافأة كما تقول قاعدتها.",
        "unchanged": "لم يتغير شيء.",
        "ignored": "لم يترتب شيء.",
    },
}

_IMPORT = {"en": "import", "sv": "import", "ar": "الاستيراد"}


def of_events(*, business: Business, events: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the decisions of each event, in the order they were made. At most four statements, however many events."""
    rows = list(Decision.objects.filter(business=business, event_id__in=events).order_by("pk"))
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row, shape in zip(rows, rendered(business=business, rows=rows), strict=True):
        told[row.event_id].append(shape)
    return told


def rendered(*, business: Business, rows: Collection[Decision]) -> list[dict[str, Any]]:
    """Return decisions as the API shows them."""
    contacts = {
        pk: (public, name) for pk, public, name in
        _known(Contact.objects, rows, "contact").values_list("pk", "public_id", "name")
    }  # fmt: skip
    referrals = dict(_known(Referral.objects, rows, "referral").values_list("pk", "public_id"))
    rewards = dict(_known(Reward.objects, rows, "reward").values_list("pk", "public_id"))
    return [
        {
            "kind": row.kind,
            "programme": row.programme or None,
            "revision": row.revision,
            "rule": row.rule or None,
            "outcome": row.trace.get("outcome"),
            "reasons": list(row.codes),
            "sentence": said(row, business=business, holder=contacts.get(row.contact, ("", ""))[1]),
            "contact": contacts.get(row.contact, (None, ""))[0],
            "referral": referrals.get(row.referral),
            "reward": rewards.get(row.reward),
            "trace": row.trace,
        }
        for row in rows
    ]


def _known(manager: Any, rows: Iterable[Decision], column: str) -> Any:
    wanted = {getattr(row, column) for row in rows} - {None}
    return manager.filter(pk__in=wanted) if wanted else manager.none()


def said(row: Decision, *, business: Business, holder: str) -> str:
    """Return the decision in one plain sentence for staff, in the business's language."""
    lang = business.language if business.language in LANGUAGES else "en"
    trace = row.trace
    if trace.get("rule") and row.kind in _WORDED:
        return _of_rule(trace, kind=row.kind, lang=lang, holder=holder or trace.get("holder", ""), business=business)
    if row.kind in FACTS[lang]:
        return FACTS[lang][row.kind].format(
            contact=holder or "—", stage=trace.get("stage", ""), what=_brought(trace, lang, business),
            import_=f" ({_IMPORT[lang]} {trace['import']})" if trace.get("import") else "",
            voucher=trace.get("voucher", ""),
        )  # fmt: skip
    codes = [*(row.codes or [trace.get("code", "")]), *([trace["why"]] if trace.get("why") else [])]
    return " ".join(dict.fromkeys(reason(code, lang) for code in codes))


def _brought(trace: dict[str, Any], lang: str, business: Business) -> str:
    """Return in words how much a customer brought along; empty for a decision of another kind."""
    if "asset" not in trace or "units" not in trace:
        return ""
    give = "points" if trace["asset"] == POINTS else "service_credit"
    return gift_in_words(
        give=give, units=trace["units"], asset=trace["asset"], currency=business.currency, text=None, lang=lang
    )


def _of_rule(trace: dict[str, Any], *, kind: Any, lang: str, holder: str, business: Business) -> str:
    gift = gift_in_words(
        give=trace.get("kind", ""), units=trace.get("units", 0), asset=trace.get("asset", ""),
        currency=business.currency, text=trace.get("note") or None, lang=lang,
    ) if kind != "refused" and trace.get("kind") else ""  # fmt: skip
    zone = ZoneInfo(business.timezone)
    usable, expires = (_instant(trace.get(name)) for name in ("available_at", "expires_at"))
    return sentence(
        outcome=kind,
        lang=lang,
        holder=holder,
        gift=gift,
        codes=trace.get("codes", ()),
        checks=msgspec.convert(trace.get("checks", []), list[Check]),
        cut=trace.get("cut", False),
        review=trace.get("review", False),
        usable_on=usable.astimezone(zone).date() if usable and kind == "granted" else None,
        valid_through=(expires - timedelta(microseconds=1)).astimezone(zone).date()
        if expires and kind == "granted"
        else None,
    )


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
