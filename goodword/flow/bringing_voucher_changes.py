"""A voucher that a table brought, told again: the same, another worth, or changes that ``update`` takes.

Whose it is, its message and a later last day are taken, each by an order of its own. What it is worth, and a sooner
last day, never are: the row says what differs, and a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from goodword.engine.durations import local_date
from goodword.flow.bringing_judge import Judgement, refused
from goodword.inbox.tables.told import Told
from goodword.money import to_major
from goodword.people.models import Contact
from goodword.vouchers.models import State, Voucher

ASSIGNED, EXTENDED = "voucher.assigned", "voucher.extended"
NEVER = "never"
PLACES = ("buyer", "recipient")


class Again(NamedTuple):
    """A row of a voucher that is known.

    Args:
        inner: what the row tells; ``had``: what the order told that brought the voucher.
        field: ``serial`` or ``code``, by which it was found.
        people: whom the ids of the import's source mean, by id.
        zone: of the business: its days end there.
    """

    told: Told
    inner: Mapping[str, Any]
    had: Mapping[str, Any]
    found: Voucher
    field: str
    people: Mapping[str, int]
    zone: ZoneInfo

    def refuse(self, field: str, code: str, *, shown: str = "", **facts: Any) -> Judgement:
        """Refuse the row; it shows the serial where that is how the voucher was found, and never a code."""
        return refused(self.told, field, code, self.found.serial if field == "serial" else shown, facts)


def judged_again(row: Again, *, update: bool, number: int) -> Judgement:
    """Return whether a row tells what is known, what cannot be changed, or what an update changes.

    Args:
        update: the import is to change what is known.
        number: the import's; it is the reason that an extension gives.
    """
    verdict = _worth(row) or _sooner(row)
    if verdict is not None:
        return verdict
    assigned, until = _assigned(row), _until(row)
    if not assigned and until is None:
        return Judgement("known", row.told)
    if not update:
        return row.refuse(row.field, "known_differently")
    state = row.found.state
    if state == State.VOID:
        return row.refuse(row.field, "voucher_void")
    if until is not None and state in (State.REDEEMED, State.EXPIRED):
        return row.refuse("expires", "nothing_left" if state == State.REDEEMED else "lapsed_since")
    orders = [(ASSIGNED, assigned)] if assigned else []
    if until is not None:
        orders.append((EXTENDED, {"expires_on": until, "reason": f"import {number}"}))
    return Judgement("store", _ordered(row, orders))


def _worth(row: Again) -> Judgement | None:
    """Refuse another worth than was brought: no table changes it."""
    inner, had, code = row.inner, row.had, row.inner.get("code")
    other = any(inner.get(name) != had.get(name) for name in ("kind", "service"))
    other = other or (code is not None and row.found.code_index != code["index"])
    before = int(had["balance"]) + int(had.get("spent_before", 0))
    if not other and inner["balance"] != before:  # the value may follow from it, so it is looked at afterwards
        told, was = (str(to_major(units, row.found.currency)) for units in (inner["balance"], before))
        return row.refuse("balance", "balance_differs", shown=told, told=told, had=was, serial=row.found.serial)
    if other or inner["value"] != had["value"]:
        return row.refuse(row.field, "voucher_differs", serial=row.found.serial)
    return None


def _last_day(row: Again) -> str:
    """Return the last day the voucher has now, or ``never``."""
    end = row.found.expires_at
    return NEVER if end is None else (local_date(end, row.zone) - timedelta(days=1)).isoformat()


def _sooner(row: Again) -> Judgement | None:
    wanted, now_is = row.inner["expires_on"], _last_day(row)
    if wanted in (row.had.get("expires_on"), now_is, NEVER) or (now_is != NEVER and wanted > now_is):
        return None
    return row.refuse("expires", "last_day_sooner", shown=wanted)


def _until(row: Again) -> str | None:
    """Return the later last day a row tells, or None where it tells none."""
    wanted: str = row.inner["expires_on"]
    return None if wanted in (row.had.get("expires_on"), _last_day(row)) else wanted


def _assigned(row: Again) -> dict[str, Any]:
    """Return what a row tells of whose it is that differs from what was told before and from what stands now."""
    found = {
        place: ref
        for place in PLACES
        if (ref := row.inner.get(place)) and ref != row.had.get(place) and not _is(row, getattr(row.found, place), ref)
    }
    message = row.inner.get("message")
    people = (row.found.buyer, row.found.recipient)
    forgotten = any(each is not None and each.erased_at is not None for each in people)
    if message and not forgotten and message not in (row.had.get("message"), row.found.message):
        found["message"] = message
    return found


def _is(row: Again, contact: Contact | None, ref: Mapping[str, str]) -> bool:
    """Say whether a contact is whom a row names; somebody who was erased since stays forgotten."""
    if contact is None or contact.erased_at is not None:
        return contact is not None
    if "external_id" in ref:
        return row.people.get(ref["external_id"]) == contact.pk
    return all(getattr(contact, name) == value for name, value in ref.items())


def _ordered(row: Again, orders: list[tuple[str, dict[str, Any]]]) -> Told:
    """Return the row as orders that change the voucher; no money comes with them."""
    raws = [
        {
            **row.told.raw, "id": f"{row.told.raw['id']}:{kind.partition('.')[2]}", "type": kind,
            "data": {"voucher": {"voucher": row.found.public_id, **data}},
        }
        for kind, data in orders
    ]  # fmt: skip
    return row.told._replace(raw=raws[-1], also=tuple(raws[:-1]), money=0)
