"""Codes of vouchers never stand in what is stored: a ticket's tender names the voucher by our id (rulings 35)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from goodword import codes
from goodword.business.models import Business
from goodword.vouchers import finding, secrecy
from goodword.vouchers.models import Voucher


def without_codes(business: Business, told: Mapping[int, Any]) -> dict[int, Any]:
    """Return the data of ticket events with each voucher's code, serial or id as our id, beside its instrument.

    With the instrument the stored event is a history by itself, that a backtest reads. Of what nobody was given only
    the last characters stay, for staff to tell cards apart. One statement, none for none.

    Args:
        told: the data of well-formed ticket events.
    """
    texts = {tender["code"] for data in told.values() for tender in _tenders(data)}
    if not texts:
        return {}
    known = _known(business, texts)
    return {key: _covered(data, known) for key, data in told.items()}


def _known(business: Business, texts: set[str]) -> dict[str, tuple[str, str]]:
    """Return our id and the kind of each voucher that one of these texts names: a code, a serial or our id."""
    wanted = {text: _read(business, text) for text in texts}
    names = set(wanted.values())
    rows = Voucher.objects.filter(business=business)
    rows = rows.filter(code_index__in=names) | rows.filter(serial__in=names) | rows.filter(public_id__in=names)
    found: dict[str, tuple[str, str]] = {}
    for index, serial, public_id, kind in rows.values_list("code_index", "serial", "public_id", "kind"):
        found |= dict.fromkeys((index, serial, public_id), (public_id, kind))
    return {text: found[name] for text, name in wanted.items() if name in found}


def _read(business: Business, text: str) -> str:
    """Return what the voucher of a text is found by; a serial, an id and an index of a code are never alike."""
    if codes.is_public_id(text, prefix="vou"):
        return text
    try:
        return finding.index_of(text)
    except codes.Mistyped:
        return codes.read_serial(text) or finding.index_of_other(business, text)


def _covered(data: Any, known: Mapping[str, tuple[str, str]]) -> Any:
    ticket = data["ticket"]
    tenders = [_tender(each, known) if isinstance(each.get("code"), str) else each for each in ticket["tenders"]]
    return {**data, "ticket": {**ticket, "tenders": tenders}}


def _tender(tender: dict[str, Any], known: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    if tender["type"] == "voucher" and tender["code"] in known:
        public_id, kind = known[tender["code"]]
        return {**tender, "code": public_id, "instrument": kind}
    return {**tender, "code": codes.normalise(tender["code"])[-secrecy.TAIL :]}


def _tenders(data: Any) -> list[dict[str, Any]]:
    return [tender for tender in data["ticket"].get("tenders") or [] if isinstance(tender.get("code"), str)]
