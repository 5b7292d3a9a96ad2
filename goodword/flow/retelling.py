"""A business's history written down so that another database can decide it again (rulings 4).

A folder holds ``business.json``, ``events.jsonl`` (what was settled, in the order in which it was) and
``names.sqlite3``: the ids and codes that were given, by what they were given to, so that the same things get the same
names there and a later order finds what it speaks of. It holds personal data, and the one who asked removes it.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db.models import F, Min, OuterRef, Subquery

from goodword.business.models import Business
from goodword.engine.events import TYPES
from goodword.flow import archive, clock_events
from goodword.flow.backing_up import Tell
from goodword.inbox.models import Decision, Event, State
from goodword.people.models import Contact, Identity
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.vouchers.models import Design, Redemption, Voucher
from goodword.work.models import Job, Ticket

CHUNK = 1000
BUSINESS, EVENTS, NAMES = "business.json", "events.jsonl", "names.sqlite3"
TOLD, ORDERED, TIMED = 0, 1, 2  # from outside, a person's order, the clock
PARTICULARS = ("public_id", "slug", "name", "currency", "timezone", "country", "region", "language")

# The orders and acts of the clock on which decisions and value hang. The others (who signs in, what is written to whom,
# what is kept or shown) move nothing and are not told again; a test holds that each is in one of the two.
TOLD_AGAIN = frozenset({
    "referral.attributed", "referral.mentioned", "referral.removed", "reward.status_changed", "callback.requested",
    "programme.published", "exception.added", "exception.removed", "settings.changed", "business.changed",
    "location.saved",
    "contacts.withdrawn", "balance.brought", "balance.taken_back", "reward.available", "value.lapsed",
    "voucher.issued", "voucher.stocked", "voucher.activated", "voucher.booked", "voucher.unbooked", "voucher.redeemed",
    "voucher.restored", "voucher.extended", "voucher.voided", "voucher.replaced", "voucher.frozen", "voucher.unfrozen",
    "voucher.assigned", "voucher.cashed_out", "voucher.spoiled", "voucher.brought",
    "voucher.taken_back",
})  # fmt: skip
NOT_TOLD_AGAIN = frozenset({
    "link.shared", "complaint.changed", "consent.changed", "alias.changed", "invitation.requested", "contact.erased",
    "import.begun", "import.stopped", "import.undone", "contact.exported", "problem.closed", "event.retried",
    "message.retried", "todo.added", "todo.done", "todo.reopened", "backup.made", "backup.downloaded", "backup.removed",
    "export.made", "export.downloaded", "export.removed", "export.restored", "member.invited", "invitation.renewed",
    "invitation.withdrawn", "member.joined", "member.role_changed", "member.removed", "member.reset_link_made",
    "key.made", "key.revoked", "person.signed_in", "person.sign_in_failed", "person.password_changed",
    "person.two_step_on", "person.two_step_off", "person.recovery_codes_made", "person.changed", "wording.changed",
    "wording.dropped", "message.sent_by_hand", "message.tested", "picture.changed", "reminder.sent",
    "voucher.sent", "voucher.delivered", "voucher.reminded", "voucher.badged", "voucher.code_shown", "badge.saved",
    "voucher.printed", "voucher.guessing_noticed", "voucher_design.saved",
})  # fmt: skip

# What has an id of ours that a later order may name, and what tells which it is: the event that made it, and what else
# stays as it is. The n-th of the same is the same thing in both databases; all of them were made at once. A new noun is
# a line.
NAMED: dict[Any, dict[str, Any]] = {
    Referral: {
        "of_event": Subquery(
            Decision.objects.filter(business=OuterRef("business"), referral=OuterRef("pk"), kind="attributed")
            .order_by("pk").values("event__public_id")[:1]
        ),
    },
    Reward: {"of_event": F("event__public_id"), "of_rule": F("rule")},
    Design: {"of_making": F("created_at")},
    Voucher: {"of_serial": F("serial")},
    Redemption: {"of_event": F("event__public_id")},
}  # fmt: skip

_TABLES = """
CREATE TABLE contact (place INTEGER PRIMARY KEY, id TEXT, code TEXT, erased INTEGER, used INTEGER DEFAULT 0);
CREATE UNIQUE INDEX contact_id ON contact (id);
CREATE INDEX contact_free ON contact (place) WHERE used = 0;
CREATE TABLE identity (source TEXT, external_id TEXT, contact TEXT, PRIMARY KEY (source, external_id));
CREATE INDEX identity_contact ON identity (contact);
CREATE TABLE thing (kind TEXT, of TEXT, nth INTEGER, id TEXT, PRIMARY KEY (kind, of, nth));
"""


@dataclass(frozen=True, slots=True)
class _Group:
    """What was settled together: its place among all, and its rows in ``pks[start:start + count]``."""

    at: datetime
    kind: int
    first: int  # the first decision; 0 where nothing was decided
    start: int
    count: int


def write(business: Business, folder: Path, *, tell: Tell = lambda _what, _done: None) -> int:
    """Write the history into an empty folder and return how many events it holds.

    Runs in the caller's snapshot. Memory: some 8 bytes an event and 200 for each batch in which they were settled.
    """
    told = {name: getattr(business, name) for name in PARTICULARS} | _in_the_beginning(business)
    (folder / BUSINESS).write_text(json.dumps(told), encoding="utf-8")
    with closing(sqlite3.connect(folder / NAMES)) as names, names:
        names.executescript(_TABLES)
        _name_contacts(business, names)
        for model in NAMED:
            names.executemany("INSERT INTO thing VALUES (?, ?, ?, ?)", _things(business, model))
    done = 0
    with (folder / EVENTS).open("wb") as file:
        for number, (kind, rows) in enumerate(in_the_order_of_settling(business)):
            for row in rows:
                file.write(archive.json_line(_line(row, kind, number)))
                done += 1
                if done % CHUNK == 0:
                    tell("telling events", done)
    return done


def _in_the_beginning(business: Business) -> dict[str, str]:
    """Return the particulars that were changed since, as they were before the first change."""
    orders = Event.objects.filter(business=business, type="business.changed", state=State.SETTLED).order_by("-pk")
    told: dict[str, str] = {}
    for data in orders.values_list("data", flat=True).iterator(chunk_size=CHUNK):
        told |= data.get("before", {})
    return told


def groups(folder: Path) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield what was settled together, in order: the kind and the events, as ``write`` wrote them."""
    with (folder / EVENTS).open("rb") as file:
        for (_, kind), lines in groupby(map(json.loads, file), key=lambda each: (each["group"], each["kind"])):
            yield kind, list(lines)


def erased_in(folder: Path) -> set[str]:
    """Return the ids of the customers who were erased."""
    with closing(sqlite3.connect(folder / NAMES)) as names:
        return {id_ for (id_,) in names.execute("SELECT id FROM contact WHERE erased")}


def in_the_order_of_settling(business: Business) -> Iterator[tuple[int, list[Event]]]:
    """Yield all that was settled and is told again, in the order in which it was, with what was settled together.

    The settle lock hands out the numbers of decisions. ``settled_at`` is when the settler asked for the lock, the same
    for the whole batch, whose order is that of rulings 3. A batch with decisions was settled no earlier than any asked
    that stands before it; one without stands where it asked: whoever ordered something after it had its answer already.
    """
    pks = array("q")
    decided: list[_Group] = []
    silent: list[_Group] = []
    for group in _groups(business, pks):
        (decided if group.first else silent).append(group)
    decided.sort(key=lambda group: group.first)
    silent.sort(key=lambda group: (group.at, pks[group.start]))
    for group in _merged(decided, silent, pks):
        wanted = pks[group.start : group.start + group.count]
        for start in range(0, len(wanted), CHUNK) if group.kind != TOLD else (0,):
            some = wanted[start : start + CHUNK] if group.kind != TOLD else wanted
            yield group.kind, _rows(group.kind, list(some))


def _groups(business: Business, pks: array[int]) -> Iterator[_Group]:
    """Yield what was settled together; the keys of its rows are put at the end of ``pks``."""
    found = Event.objects.filter(business=business, state=State.SETTLED, type__in=[*TYPES, *TOLD_AGAIN])
    asked = found.annotate(first=Min("decisions__pk")).order_by("settled_at", "pk")
    rows = asked.values_list("settled_at", "type", "pk", "first").iterator(chunk_size=CHUNK)
    for at, together in groupby(rows, key=itemgetter(0)):
        # Of one instant: what was recorded together. An order stands alone, and between what came before and after it.
        for (kind, _), members in groupby(together, key=_apart):
            start, firsts = len(pks), list[int]()
            for _, _, pk, first in members:
                pks.append(pk)
                firsts += [first] if first else []
            yield _Group(at, kind, min(firsts, default=0), start, len(pks) - start)


def _apart(row: tuple[Any, str, int, Any]) -> tuple[int, int]:
    kind = kind_of(row[1])
    return kind, row[2] if kind == ORDERED else 0


def kind_of(type_: str) -> int:
    """Return whether an event was told, ordered, or done by the clock."""
    if type_ in TYPES:
        return TOLD
    return TIMED if type_ in clock_events.TYPES else ORDERED


def _merged(decided: Sequence[_Group], silent: Sequence[_Group], pks: array[int]) -> Iterator[_Group]:
    """Put those in which nothing was decided between those whose decisions tell their order."""
    place, latest = 0, datetime.min.replace(tzinfo=decided[0].at.tzinfo) if decided else None
    for group in decided:
        assert latest is not None
        latest = max(latest, group.at)
        while place < len(silent) and _before(silent[place], group, latest, pks):
            yield silent[place]
            place += 1
        yield group
    yield from silent[place:]


def _before(one: _Group, other: _Group, latest: datetime, pks: array[int]) -> bool:
    if one.at != latest or other.at != latest:
        return one.at <= latest
    return pks[one.start] < pks[other.start]  # of one instant: the one that was recorded first


def _rows(kind: int, pks: list[int]) -> list[Event]:
    """Return these rows in the order in which they were settled."""
    asked = Event.objects.filter(pk__in=pks).annotate(first=Min("decisions__pk"))
    rows: list[Any] = sorted(asked, key=lambda row: row.pk)
    if kind != TOLD:
        return rows
    ordered = sorted(rows, key=lambda row: (row.time, row.rank, row.source, row.external_id))
    firsts = [row.first for row in ordered if row.first]
    if firsts == sorted(firsts):
        return ordered
    # Several batches of one instant: their decisions tell the order, what decided nothing stays beside its neighbours.
    place, latest = dict[int, int](), 0
    for row in rows:
        latest = max(latest, row.first or 0)
        place[row.pk] = row.first or latest
    return sorted(rows, key=lambda row: (place[row.pk], row.pk))


def _line(row: Event, kind: int, group: int) -> dict[str, Any]:
    return {
        "group": group, "kind": kind, "id": row.public_id, "source": row.source, "external_id": row.external_id,
        "type": row.type, "time": row.time, "data": _by_name(row), "settled_at": row.settled_at, "actor": row.actor,
        "batch": row.batch,
    }  # fmt: skip


def _by_name(row: Event) -> Any:
    """Return what an order about vouchers says, jobs and tickets named as their source does: it has no ids of ours."""
    if not row.type.startswith("voucher."):
        return row.data
    said = {key: value for key, value in row.data.items() if key != "design"}  # how it looks decides nothing
    for key, model in (("job", Job), ("ticket", Ticket)):
        if isinstance(said.get(key), str):
            found = model._default_manager.filter(
                business=row.business_id, public_id=said[key], external_id__isnull=False
            )
            said[key] = found.values("source", "external_id").first() or said[key]
    return said


def _name_contacts(business: Business, names: sqlite3.Connection) -> None:
    rows = Contact.objects.filter(business=business).order_by("pk").values_list("public_id", "code", "erased_at")
    names.executemany(
        "INSERT INTO contact (id, code, erased, used) VALUES (?, ?, ?, ?)",
        ((id_, code, at is not None, at is not None) for id_, code, at in rows.iterator(chunk_size=CHUNK)),
    )
    known = Identity.objects.filter(business=business).order_by("pk")
    told = known.values_list("source", "external_id", "contact__public_id").iterator(chunk_size=CHUNK)
    names.executemany("INSERT INTO identity VALUES (?, ?, ?)", told)


def _things(business: Business, model: Any) -> Iterator[tuple[str, str, int, str]]:
    asked = model.objects.filter(business=business).annotate(**NAMED[model]).order_by(*NAMED[model], "pk")
    rows = asked.values_list("public_id", *NAMED[model]).iterator(chunk_size=CHUNK)
    for of, group in groupby(rows, key=lambda row: key_of(row[1:])):
        for nth, (id_, *_) in enumerate(group):
            yield archive.label(model), of, nth, id_


def key_of(told: Iterable[object]) -> str:
    """Return the values of ``NAMED`` as one text."""
    return json.dumps([str(each) for each in told])
