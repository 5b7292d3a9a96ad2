"""What the books say of rows before they are recorded: who is meant by a name, and what was known before.

The same for a dry run and for the run itself, so that nothing is refused later that was not told before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

from goodword import identity
from goodword.business.models import Business
from goodword.engine.events import LineData, TenderData
from goodword.flow.bringing_known import Known
from goodword.flow.bringing_people import People
from goodword.inbox.models import Import
from goodword.inbox.tables.told import Fault, Named, Told, with_contact
from goodword.money import POINTS

BALANCE = "balance.brought"
UNDONE = "undo-"  # how the ids of an undoing's events begin
AGAIN = "again:"  # after the import's number: it brings back what was undone before
LONGEST_ID = 200
MOMENT = timedelta(microseconds=1)
# What a table calls a person, by place, and the field a fault of it is put to.
FIELDS = {"referrer": "referred_by", "friend": "friend_id", "contact": "customer_id"}


class Judgement(NamedTuple):
    """What is to be done with an outcome of the table.

    Args:
        word: ``store`` it, it is ``known`` already with the same content, or it is ``refused`` for the faults.
        told: with everybody written in who was only named.
        warnings: codes of what is worth knowing of rows that are stored all the same.
    """

    word: Literal["store", "known", "refused"]
    told: Told
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()


class Judging(Protocol):
    """Says what is to be done with what a batch of a table tells."""

    def judge(self, batch: Sequence[Told]) -> list[Judgement]:
        """Return a verdict for each, in order."""

    def noted(self, faults: Sequence[Fault]) -> list[Fault]:
        """Return what is wrong with rows that tell nothing, as the books see it; in order, one for each."""


class Judge:
    """Judges the outcomes of one import in batches; each batch takes a bounded number of statements."""

    def __init__(self, business: Business, import_: Import, people: People) -> None:
        self._business, self._import, self._people = business, import_, people

    def judge(self, batch: Sequence[Told]) -> list[Judgement]:
        """Return a verdict for each, in order."""
        found = [self._written_in(told) for told in batch]
        open_ = [each.told for each in found if each.word == "store"]
        known = Known(self._business, self._import, open_)
        return [self._known(each.told, known) if each.word == "store" else each for each in found]

    def noted(self, faults: Sequence[Fault]) -> list[Fault]:
        """Return the faults as they are."""
        return list(faults)

    def _written_in(self, told: Told) -> Judgement:
        """Write in who was only named; whoever is nobody or several refuses the rows."""
        found: dict[str, str] = {}
        for named in (*told.named, *self._references(told)):
            refs = self._people.find(named.sort, named.value)
            if len(refs) != 1:
                return refused(told, *self._nobody(named, len(refs)))
            if named in told.named:
                found[named.place] = refs[0]
        if found:
            told = with_contact(told, found)
        return self._reachable(told, found)

    def _nobody(self, named: Named, count: int) -> tuple[str, str, str, dict[str, Any]]:
        field = FIELDS[named.place]
        if named.place == "referrer" and self._import.kind == "referrals":
            field = "referrer"
        code = f"{named.place}_{'ambiguous' if count else 'unknown'}"
        return field, code, named.value, {"candidates": count} if count else {}

    def _references(self, told: Told) -> list[Named]:
        """Return who is told by id, phone or e-mail and must be known: a referrer, a friend, whose balance it is."""
        ((key, inner),) = told.raw["data"].items()
        wanted: list[tuple[str, Any]] = []
        if key == "contact" and isinstance(inner.get("referred_by"), dict):
            wanted.append(("referrer", inner["referred_by"].get("contact")))
        if self._import.kind == "referrals" and not any(named.place == "friend" for named in told.named):
            wanted.append(("friend", inner["external_id"]))
        if key == "balance":
            wanted.append(("contact", inner.get("contact")))
        return [named for place, ref in wanted if ref is not None for named in _named(place, ref)]

    def _reachable(self, told: Told, found: dict[str, str]) -> Judgement:
        """Let the event of a friend whom another source told us of join that very contact (rulings 8)."""
        friend = found.get("friend")
        if friend is None or not friend.startswith("con_"):
            return Judgement("store", told)
        contact = Known.contact(self._business, friend)
        if contact is None or not (contact.phone or contact.email):
            return refused(told, "friend_id", "friend_unreachable", friend, {})
        reach = {"phone": contact.phone, "email": contact.email}
        inner = {**told.raw["data"]["contact"], **{key: value for key, value in reach.items() if value}}
        return Judgement("store", told._replace(raw={**told.raw, "data": {"contact": inner}}))

    def _known(self, told: Told, known: Known) -> Judgement:
        ((key, inner),) = told.raw["data"].items()
        match key:
            case "ticket":
                return self._ticket(told, inner, known)
            case "job":
                return self._job(told, inner, known)
            case "contact":
                return self._contact(told, inner, known)
            case "balance":
                return self._balance(told, known)
            case "appointment":
                return self._appointment(told, inner, known)
            case _:
                return Judgement("store", told)

    def _ticket(self, told: Told, inner: dict[str, Any], known: Known) -> Judgement:
        row = known.tickets.get(inner["external_id"])
        if row is None or row.closed_at is None:
            return Judgement("store", told)
        content = row.content
        moment = datetime.fromisoformat(content["order"][0])
        if content["kind"] == "voided":
            if not content["order"][3].startswith(UNDONE):
                return refused(told, "receipt", "voided_before", row.external_id, {})
            return Judgement("store", _renamed(_again(told, after=moment)))
        same = (
            _lines(content["lines"]) == _lines(inner.get("lines", []))
            and _tenders(content["tenders"]) == _tenders(inner.get("tenders", []))
            and content["location"] == inner.get("location")
            and known.same_contact(row.contact_id, inner.get("contact"))
            and (row.names_job.external_id if row.names_job is not None else None) == inner.get("job")
            and self._same_time(told, row.closed_at)
        )
        return self._differs(told, "receipt", row.external_id, same, lambda: _again(told, after=moment))

    def _job(self, told: Told, inner: dict[str, Any], known: Known) -> Judgement:
        row = known.jobs.get(inner["external_id"])
        if row is None or not row.reports:
            return Judgement("store", told)
        newest = row.reports[-1]
        if newest[3].startswith(UNDONE):
            return Judgement("store", _later(told, after=datetime.fromisoformat(newest[0])))
        same = row.status == inner.get("status", row.status) and known.same_contact(
            row.contact_id, inner.get("contact", "") or None, unsaid="contact" not in inner
        )
        same = same and all(name not in inner or getattr(row, name) == inner[name] for name in JOB_DETAILS)
        return self._differs(told, "job", row.external_id, same, lambda: told)

    def _contact(self, told: Told, inner: dict[str, Any], known: Known) -> Judgement:
        row = known.contacts.get(inner["external_id"])
        if row is None or not (row.name or row.phone or row.email):
            return Judgement("store", told)
        field = "friend_id" if self._import.kind == "referrals" else "customer_id"
        referred = inner.get("referred_by")
        has = known.referrers.get(row.pk)
        if referred is not None and has is None:
            return Judgement("store", told)
        if referred is not None and not known.same_contact(has, referred.get("contact")):
            return refused(told, "referred_by", "already_referred", inner["external_id"], {})
        same = all(same_detail(row, name, inner[name]) for name in CONTACT_DETAILS if name in inner)
        return self._differs(told, field, inner["external_id"], same, lambda: told)

    def _balance(self, told: Told, known: Known) -> Judgement:
        """Judge opening balances; of one that was undone only what could be taken back is brought again."""
        words, wanted = set(), []
        for raw in told.events:
            balance = raw["data"]["balance"]
            has = known.balances(balance["contact"], balance["asset"])
            spent = known.spent(balance["contact"], balance["asset"])
            left = balance["units"] - spent
            if has:
                words.add("known" if balance["units"] in has or (spent and left in has) else "other")
            elif left < 0:
                words.add("other")
            elif left:
                words.add("new")
                wanted.append({**raw, "data": {"balance": {**balance, "units": left}}})
        if "new" not in words and "other" not in words:
            return Judgement("known", told)
        if words == {"new"}:
            *also, last = wanted
            money = sum(_credit(raw) for raw in wanted)
            told = told._replace(raw=last, also=tuple(also), money=money)
            return Judgement(
                "store", with_contact(told, {"contact": known.public_id(last["data"]["balance"]["contact"])})
            )
        return refused(told, "customer_id", "known_differently", str(told.raw["data"]["balance"]["contact"]), {})

    def _appointment(self, told: Told, inner: dict[str, Any], known: Known) -> Judgement:
        row = known.appointments.get(inner["external_id"])
        if row is None or not row.told:
            return Judgement("store", told)
        at = datetime.fromisoformat(inner["at"]) if inner.get("at") else row.at
        same = row.at == at and row.made == inner.get("made", row.made)
        return self._differs(told, "appointment", row.external_id, same, lambda: told)

    def _differs(self, told: Told, field: str, name: str, same: bool, changed: Any) -> Judgement:
        if same:
            return Judgement("known", told)
        if self._import.update:
            return Judgement("store", changed())
        return refused(told, field, "known_differently", name, {})

    def _same_time(self, told: Told, closed_at: datetime) -> bool:
        """Rows without a date of their own happened when the file was handed in: that is no difference."""
        at = datetime.fromisoformat(told.raw["time"])
        return at in (closed_at, self._import.created_at)


JOB_DETAILS = ("total", "services", "location")
CONTACT_DETAILS = ("name", "phone", "email", "language", "address", "tags", "clubs", "company")


def same_detail(row: Any, name: str, value: Any) -> bool:
    has = getattr(row, name)
    if name == "address":
        return bool(has == value or (identity.address(has) == identity.address(value) is not None))
    return bool(has == value)


def _credit(raw: dict[str, Any]) -> int:
    balance = raw["data"]["balance"]
    return 0 if balance["asset"] == POINTS else int(balance["units"])


def _lines(lines: Any) -> list[LineData]:
    return msgspec.convert(lines, list[LineData], strict=False)


def _tenders(tenders: Any) -> list[TenderData]:
    return msgspec.convert(tenders, list[TenderData], strict=False)


def _again(told: Told, *, after: datetime) -> Told:
    """Return a receipt as an adjustment that comes after what the books have now."""
    at = max(datetime.fromisoformat(told.raw["time"]), after + MOMENT)
    return told._replace(raw={**told.raw, "type": "ticket.adjusted", "time": at.isoformat()})


def _renamed(told: Told) -> Told:
    """Say in the event's id that it brings back what an undoing had voided: undone, it is voided again."""
    head, _, key = told.raw["id"].partition(":")
    name = f"{head}:{AGAIN}{key}"
    if len(name) > LONGEST_ID:
        name = f"{head}:{AGAIN}{hashlib.sha256(key.encode()).hexdigest()}"
    return told._replace(raw={**told.raw, "id": name})


def _later(told: Told, *, after: datetime) -> Told:
    """Return a job's stages one after the other behind the moment it was undone."""
    moved = []
    for raw in told.events:
        after = max(datetime.fromisoformat(raw["time"]), after + MOMENT)
        moved.append({**raw, "time": after.isoformat()})
    return told._replace(raw=moved[-1], also=tuple(moved[:-1]))


def _named(place: str, ref: Any) -> list[Named]:
    if isinstance(ref, str):
        return [Named(place, "id", ref)]
    if "external_id" in ref:
        return []
    return [Named(place, sort, ref[sort]) for sort in ("phone", "email") if ref.get(sort)]


def refused(told: Told, field: str, code: str, value: str, facts: dict[str, Any]) -> Judgement:
    """Refuse all the rows: the first for the reason, the others with it."""
    first, *others = told.rows
    faults = [Fault(first, field, code, value[:200], facts)]
    faults += [Fault(number, "", "with_row", "", {"row": first}) for number in others]
    return Judgement("refused", told, tuple(faults))
