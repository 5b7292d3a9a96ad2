"""What the books say of rows of vouchers before they are brought: known, taken, of whom, and against which law.

With ``update``, a known voucher takes what a later table tells of whose it is and of a later last day, by orders of
their own; what it is worth is never changed by a table.

The code of a card is sealed here, before anything is stored: no event and no fault holds it in clear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.models import Business, Location
from goodword.engine.durations import local_date
from goodword.errors import Refused
from goodword.flow.bringing_judge import Judgement, refused
from goodword.flow.bringing_undo_plan import counter_id
from goodword.flow.bringing_voucher_changes import Again, judged_again
from goodword.flow.vouchers import terms
from goodword.inbox.models import Event, Import
from goodword.inbox.models import State as EventState
from goodword.inbox.tables.kinds.vouchers import ENDED
from goodword.inbox.tables.told import Fault, Told
from goodword.people.models import Identity
from goodword.vouchers import law, secrecy
from goodword.vouchers.life import OPEN
from goodword.vouchers.models import Voucher

VOUCHER = "voucher.brought"
SHORT = "shorter_than_law"


class VoucherJudge:
    """Judges the vouchers of one import in batches; each batch takes a bounded number of statements."""

    def __init__(self, business: Business, import_: Import) -> None:
        self._business, self._import = business, import_
        self._places = {
            text.strip().casefold(): row
            for row in Location.objects.filter(business=business)
            for text in (row.name, row.external_id)
            if text
        }

    def judge(self, batch: Sequence[Told]) -> list[Judgement]:
        """Return a verdict for each, in order."""
        sealed = [_sealed(told, self._business) for told in batch]
        known = _Known(self._business, self._import, [told.raw["data"]["voucher"] for told in sealed])
        return [self._one(told, known) for told in sealed]

    def noted(self, faults: Sequence[Fault]) -> list[Fault]:
        """Return the faults with those told apart whose voucher ended elsewhere and is good here; a person settles it.

        What names the voucher goes out of them: it may be its secret code.
        """
        named = [_kept(fault.facts.pop(ENDED, {}), self._business) for fault in faults]
        known = _Known(self._business, self._import, named)
        found = []
        for fault, each in zip(faults, named, strict=True):
            card = known.found(each)
            if card is not None and self._is_open(card):
                fault = fault._replace(code="ended_elsewhere", facts={**fault.facts, "serial": card.serial})
            found.append(fault)
        return found

    def _is_open(self, card: Voucher) -> bool:
        """Say whether a voucher is good here, and is not one that this very table brings."""
        mine = card.business_id == self._business.pk and card.state in OPEN
        return mine and (card.sale is None or card.sale.event.batch != self._import.number)

    def _one(self, told: Told, known: _Known) -> Judgement:
        inner = dict(told.raw["data"]["voucher"])
        for place in ("buyer", "recipient"):
            ref = self._person(inner.get(place), known)
            if ref is None and inner.get(place):
                return refused(told, f"{place}_id", "contact_unknown", inner[place]["external_id"], {})
            if ref is not None:
                inner[place] = ref
        location = None
        if inner.get("location"):
            location = self._places.get(inner["location"].casefold())
            if location is None:
                return refused(told, "location", "location_unknown", inner["location"], {})
            inner["location"] = location.external_id
        told = told._replace(raw={**told.raw, "data": {"voucher": inner}})
        verdict = self._stand(told, inner, known)
        if verdict.word == "store" and verdict.told.raw["type"] == VOUCHER and self._short(told, inner, location):
            return verdict._replace(warnings=(SHORT,))
        return verdict

    def _person(self, ref: Mapping[str, str] | None, known: _Known) -> dict[str, str] | None:
        """Return whom a row names as the order has it: by a known id, else by name, phone and e-mail."""
        if not ref:
            return None
        name = ref.get("external_id", "")
        if name in known.people:
            return {"source": self._import.source, "external_id": name}
        return {key: value for key, value in ref.items() if key != "external_id"} or None

    def _stand(self, told: Told, inner: Mapping[str, Any], known: _Known) -> Judgement:
        of_serial = known.serials.get(inner.get("serial", ""))
        of_code = known.codes.get(inner["code"]["index"]) if inner.get("code") else None
        found = known.found(inner)
        if found is None:
            return Judgement("store", told)
        field = "serial" if of_serial is not None else "code"
        shown = found.serial if field == "serial" else ""
        if found.business_id != self._business.pk or (of_serial and of_code and of_serial.pk != of_code.pk):
            return refused(told, "code", "code_taken", "", {})
        brought = found.sale.event if found.sale is not None else None
        if brought is None or brought.type != VOUCHER:
            return refused(told, field, f"{field}_taken", shown, {})
        back = known.undone.get(counter_id(brought.external_id))
        if back is not None:
            return _again(
                told, inner, int(back.data["missing"]) + int(brought.data.get("spent_before", 0)), field, shown
            )
        row = Again(told, inner, brought.data, found, field, known.people, ZoneInfo(self._business.timezone))
        return judged_again(row, update=self._import.update, number=self._import.number)

    def _short(self, told: Told, inner: Mapping[str, Any], location: Location | None) -> bool:
        """Say whether its last day comes sooner than the law of its place lets a voucher end that is sold here."""
        if inner["expires_on"] == "never":
            return False
        sold = local_date(datetime.fromisoformat(told.raw["time"]), ZoneInfo(self._business.timezone))
        policy = terms.policy_at(business=self._business, location=location, kind=inner["kind"], on=sold)
        try:
            law.check_last_day(policy, sold_on=sold, last_day=date.fromisoformat(inner["expires_on"]))
        except Refused:
            return True
        return False


class _Known:
    """The vouchers and people of the books that a batch speaks of."""

    def __init__(self, business: Business, import_: Import, rows: Sequence[Mapping[str, Any]]) -> None:
        query = Voucher.objects.select_related("sale__event", "buyer", "recipient")
        wanted = [row["serial"] for row in rows if row.get("serial")]
        self.serials = {each.serial: each for each in query.filter(business=business, serial__in=wanted)}
        indexes = [row["code"]["index"] for row in rows if row.get("code")]
        self.codes = {each.code_index: each for each in query.filter(code_index__in=indexes)}
        gone = [
            counter_id(each.sale.event.external_id)
            for each in (*self.serials.values(), *self.codes.values())
            if each.sale is not None and each.sale.event.type == VOUCHER
        ]
        told = Event.objects.filter(
            business=business, source="goodword", external_id__in=gone, type="voucher.taken_back",
            state=EventState.SETTLED,
        )  # fmt: skip
        self.undone = {each.external_id: each for each in told}
        names = {
            str(row[place]["external_id"])
            for row in rows
            for place in ("buyer", "recipient")
            if row.get(place) and row[place].get("external_id")
        }
        found = Identity.objects.filter(business=business, source=import_.source, external_id__in=names)
        self.people: dict[str, int] = dict(found.values_list("external_id", "contact_id"))

    def found(self, named: Mapping[str, Any]) -> Voucher | None:
        """Return the voucher of a serial or of a code."""
        of_serial = self.serials.get(named.get("serial", ""))
        return of_serial or (self.codes.get(named["code"]["index"]) if named.get("code") else None)


def _kept(named: Mapping[str, str], business: Business) -> dict[str, Any]:
    """Return what names a voucher as the books find it."""
    code = named.get("code")
    if code is None:
        return dict(named)
    index, _sealed, _tail = secrecy.keep(code, business=business.public_id, steady=True)
    return {**named, "code": {"index": index}}


def _sealed(told: Told, business: Business) -> Told:
    """Return what was told with the code as it is kept: found by an HMAC, shown by role, in clear nowhere."""
    inner = told.raw["data"]["voucher"]
    code = inner.get("code")
    if code is None:
        return told
    index, sealed, tail = secrecy.keep(code, business=business.public_id, steady=True)
    kept = {"index": index, "sealed": sealed, "tail": tail}
    return told._replace(raw={**told.raw, "data": {"voucher": {**inner, "code": kept}}})


def _again(told: Told, inner: Mapping[str, Any], spent: int, field: str, shown: str) -> Judgement:
    """Judge a voucher whose import was undone: only what could be taken back is brought again."""
    left = int(inner["balance"]) - spent
    if left < 0:
        return refused(told, field, "known_differently", shown, {})
    if left == 0:
        return Judgement("known", told)
    more = {"balance": left} | ({"spent_before": spent} if spent else {})
    return Judgement("store", told._replace(raw={**told.raw, "data": {"voucher": {**inner, **more}}}, money=left))
