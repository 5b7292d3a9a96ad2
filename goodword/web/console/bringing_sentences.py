"""What cells are read as, and what rows come to, each in one plain sentence."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.errors import Refused
from goodword.inbox.tables import values
from goodword.inbox.tables.told import Told
from goodword.money import Amount
from goodword.reports.import_samples import Sample
from goodword.reports.row_faults import row_sentence
from goodword.web import showing
from goodword.web.console.bringing_words import choice_name

CHOSEN = frozenset({"status", "kind", "made", "language", "paid_by", "voucher_kind", "badges"})  # fields of choices


def sample_line(sample: Sample, field: str, *, currency: str) -> dict[str, str]:
    """Return a cell as it stands, what it is read as where that says more, and why it cannot be read."""
    fault = "" if sample.fault is None else row_sentence(sample.fault.code, sample.fault.facts)
    if sample.fault is not None and sample.fault.code == "unknown_word":
        fault = _("Say below what this word means.")
    value = sample.value
    if value is None or fault:
        read = ""
    elif isinstance(value, datetime):
        read = showing.whole_moment(value)
    elif isinstance(value, Decimal):
        read = _amount(value, currency) if field not in ("quantity",) else showing.number(float(value))
    elif isinstance(value, str) and field in CHOSEN:
        read = choice_name(field, value)
    elif isinstance(value, int):
        read = showing.number(value)
    else:
        read = showing.phone(value) if value.startswith("+") else value
    return {"raw": sample.raw, "read": "" if read == sample.raw else read, "fault": fault}


def told_sentence(told: Told, *, currency: str) -> str:
    """Return what rows come to in one plain sentence."""
    kind = told.raw["type"]
    inner: dict[str, Any] = next(iter(told.raw["data"].values()))
    day = showing.day(datetime.fromisoformat(told.raw["time"].replace("Z", "+00:00")))
    facts = {"day": day, "who": _who(told, inner), "id": _shown(str(inner.get("external_id", ""))),
             "amount": showing.amount(Amount(told.money, currency))}  # fmt: skip
    if kind == "contact.saved":
        return _contact(told, inner)
    if kind.startswith("ticket."):
        return _("%(day)s: %(who)s bought for %(amount)s (receipt %(id)s).") % facts
    if kind == "job.saved":
        facts["status"] = choice_name("status", str(inner.get("status", "")))
        if "total" in inner:
            return _("%(day)s: job %(id)s of %(who)s, %(amount)s. Status: %(status)s.") % facts
        return _("%(day)s: job %(id)s of %(who)s. Status: %(status)s.") % facts
    if kind == "balance.brought":
        facts["what"] = " + ".join(_balance(raw["data"]["balance"]) for raw in told.events)
        return _("%(day)s: %(who)s has %(what)s.") % facts
    if kind == "voucher.brought":
        return _voucher(inner, day=day, currency=currency)
    return _("%(day)s: appointment of %(who)s.") % facts


def _contact(told: Told, inner: dict[str, Any]) -> str:
    named = {each.place: each.value for each in told.named}
    who = str(inner.get("name") or named.get("friend") or inner.get("phone") or inner.get("external_id", ""))
    by = named.get("referrer") or _reference((inner.get("referred_by") or {}).get("contact"))
    if by:
        return _("%(who)s, referred by %(by)s.") % {"who": _shown(who), "by": _shown(by)}
    phone = showing.phone(str(inner["phone"])) if inner.get("phone") else ""
    reach = " · ".join(filter(None, (phone, inner.get("email"))))
    return f"{_shown(who)} · \u2066{reach}\u2069" if reach else _shown(who)


def _who(told: Told, inner: dict[str, Any]) -> str:
    named = next((each.value for each in told.named if each.place == "contact"), "")
    return _shown(named or _reference(inner.get("contact"))) or _("a walk-in")


def _reference(contact: Any) -> str:
    if isinstance(contact, dict):
        return str(contact.get("external_id") or contact.get("phone") or contact.get("email") or "")
    return str(contact or "")


def _balance(balance: dict[str, Any]) -> str:
    units, asset = int(balance["units"]), str(balance["asset"])
    if asset == "points":
        return ngettext("%(count)s point", "%(count)s points", units) % {"count": showing.number(units)}
    return showing.amount(Amount(units, asset))


def _voucher(inner: dict[str, Any], *, day: str, currency: str) -> str:
    facts = {
        "day": day, "serial": _shown(str(inner.get("serial", ""))) or _("with a new serial"),
        "left": showing.amount(Amount(inner["balance"], currency)),
        "value": showing.amount(Amount(inner["value"], currency)), "service": _shown(str(inner.get("service", ""))),
    }  # fmt: skip
    if inner["expires_on"] == "never":
        if inner.get("service"):
            return _("%(day)s: voucher %(serial)s for %(service)s, worth %(value)s, valid for ever.") % facts
        return _("%(day)s: voucher %(serial)s, %(left)s left of %(value)s, valid for ever.") % facts
    facts["until"] = showing.day(date.fromisoformat(inner["expires_on"]))
    if inner.get("service"):
        return _("%(day)s: voucher %(serial)s for %(service)s, worth %(value)s, valid until %(until)s.") % facts
    return _("%(day)s: voucher %(serial)s, %(left)s left of %(value)s, valid until %(until)s.") % facts


def _amount(value: Decimal, currency: str) -> str:
    try:
        return showing.amount(Amount(values.smallest(value, currency=currency), currency))
    except Refused:
        return str(value)  # more decimals than the currency has: the sum is rounded, not this


def _shown(text: str) -> str:
    """Keep a name of any direction together inside a sentence of another, without marks nobody can see in it."""
    plain = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    return f"\u2068{plain}\u2069" if plain else ""
