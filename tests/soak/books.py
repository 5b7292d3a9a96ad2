"""What a soak left in the database, and the same once more: every event decided again in an empty database.

``dump FILE`` writes the events in the order in which they were settled; ``replay FILE PROGRAMME`` decides those events
in the database of its environment, with the clock at the moment each was settled. Both print what there is, as JSON.
They run in processes of their own (``proving.py``), after Django is set up.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count, Min

from goodword.business.models import Business
from goodword.engine.events import RANKS, TYPES
from goodword.flow import bulk, clock
from goodword.flow.minting import mint_id
from goodword.flow.publish import publish
from goodword.flow.settle import hold, settle_rows
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event, State
from goodword.ledger.models import Account, Entry, Transfer
from goodword.people.models import Contact, Identity, WalletOwner
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward

BATCH = 200
IDS = re.compile(r"\b(?:con|ref|rwd)_[0-9a-z]+")
APART = ("programme.published", "key.made")  # the new installation has its own


def in_the_order_of_settling(business: Business) -> list[Event]:
    """Return every settled event in the order in which it was.

    The settle lock hands out the numbers of decisions. ``settled_at`` is when the settler asked for the lock, the same
    for the whole batch, whose order is that of rulings 3. A batch with decisions was settled no earlier than any asked
    that stands before it; one without stands where it asked: whoever ordered something after it had its answer already.
    """
    firsts = dict(Decision.objects.filter(business=business).values_list("event").annotate(Min("pk")))
    batches: dict[datetime, list[Event]] = defaultdict(list)
    for row in Event.objects.filter(business=business, state=State.SETTLED).exclude(type__in=APART):
        batches[row.settled_at or row.time].append(row)
    decided = {at: min((firsts[row.pk] for row in rows if row.pk in firsts), default=0) for at, rows in batches.items()}
    places: list[tuple[datetime, int, datetime]] = [(at, 0, at) for at, first in decided.items() if not first]
    latest = datetime.min.replace(tzinfo=UTC)
    for first, at in sorted((first, at) for at, first in decided.items() if first):
        latest = max(latest, at)
        places.append((latest, first, at))
    return [
        row
        for *_, at in sorted(places)
        for row in sorted(batches[at], key=lambda row: (row.time, row.rank, row.source, row.external_id))
    ]


def names(business: Business) -> dict[str, list[Any]]:
    """Return by public id what a contact, referral or reward is, in words that another database understands."""
    told: dict[str, list[Any]] = {}
    for public_id, source, external_id in (
        Identity.objects.filter(business=business).order_by("pk")
        .values_list("contact__public_id", "source", "external_id")
    ):  # fmt: skip
        told.setdefault(public_id, ["contact", source, external_id])
    friends = {contact.pk: told.get(contact.public_id) for contact in Contact.objects.filter(business=business)}
    counted: Counter[Any] = Counter()
    for referral in Referral.objects.filter(business=business).order_by("pk"):
        friend = friends[referral.friend_id] or ["contact", "", ""]
        told[referral.public_id] = ["referral", *friend[1:], counted[referral.friend_id]]
        counted[referral.friend_id] += 1
    for reward in Reward.objects.filter(business=business).select_related("event").order_by("pk"):
        key = (reward.event.source, reward.event.external_id, reward.rule)
        told[reward.public_id] = ["reward", *key, counted[key]]
        counted[key] += 1
    return told


def balances(business: Business) -> dict[str, dict[str, int]]:
    """Return what everybody holds, by the names their sources know them by: kind of account and asset to units."""
    roots = {c.pk: c.merged_into_id for c in Contact.objects.filter(business=business)}

    def root(pk: int) -> int:
        while roots[pk] is not None:
            pk = roots[pk]
        return pk

    owners = WalletOwner.objects.filter(business=business, until=None).values_list("wallet", "contact_id")
    owner = {wallet: root(contact) for wallet, contact in owners}
    held: dict[int, Counter[str]] = defaultdict(Counter)
    for account in Account.objects.exclude(wallet=None).filter(wallet__in=owner):
        held[owner[account.wallet_id]][f"{account.kind} {account.asset}"] += account.credits - account.debits
    return {
        f"{source} {external_id}": {k: v for k, v in sorted(held[root(contact)].items()) if v}
        for source, external_id, contact in Identity.objects.filter(business=business)
        .exclude(source="goodword").values_list("source", "external_id", "contact_id")
    }  # fmt: skip


def counts(business: Business) -> dict[str, Any]:
    """Return how much there is, and what must not be."""
    twice = Reward.objects.filter(business=business).values("event", "rule", "holder").annotate(n=Count("pk"))
    return {
        "events": Event.objects.filter(business=business).count(),
        "states": dict(Event.objects.filter(business=business).order_by().values_list("state").annotate(Count("pk"))),
        "entries": Entry.objects.count(),
        "keys of entries": Entry.objects.values("key").distinct().count(),
        "transfers": Transfer.objects.count(),
        "rewards": Reward.objects.count(),
        "outside": [
            " ".join(pair)
            for pair in Event.objects.filter(business=business, type__in=TYPES)
            .exclude(source="goodword")
            .exclude(external_id__startswith="key-")
            .values_list("source", "external_id")
        ],
        "rewards given twice": twice.filter(n__gt=1).count(),
        "balances": balances(business),
    }


def dump(path: Path) -> None:
    """Write the events down and print the counts."""
    business = Business.objects.get()
    known = names(business)
    with path.open("w") as file:
        for row in in_the_order_of_settling(business):
            data = json.dumps(row.data)
            told = {"source": row.source, "id": row.external_id, "type": row.type, "time": row.time.isoformat(),
                    "data": row.data, "settled_at": (row.settled_at or row.time).isoformat(), "actor": row.actor,
                    "names": {name: known[name] for name in IDS.findall(data) if name in known}}  # fmt: skip
            file.write(json.dumps(told) + "\n")
    print(json.dumps(counts(business)))


def replay(path: Path, programme: Path) -> None:
    """Decide every event again, in its order, and print the counts."""
    business = Business.objects.get()
    with path.open() as file:
        told = [json.loads(line) for line in file]
    began = datetime.fromisoformat(told[0]["settled_at"])
    publish(business=business, text=programme.read_text(), actor="replay", now=began)
    for outside, group in groupby(told, key=lambda each: each["type"] in TYPES and not each["names"]):
        if outside:
            for part in _parts(list(group)):
                _settle(business, part)
        else:
            for each in group:
                _order(business, each)
    print(json.dumps(counts(business)))


def _parts(told: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(told), BATCH):
        yield told[start : start + BATCH]


def _settle(business: Business, told: list[Any]) -> None:
    rows = [
        Event(
            business=business, public_id=mint_id("evt", at=_moment(each)), source=each["source"], actor=each["actor"],
            external_id=each["id"], type=each["type"], rank=RANKS[each["type"].split(".")[0]],
            time=datetime.fromisoformat(each["time"]), recorded_at=_moment(each), due_at=_moment(each),
            data=_renamed(business, each), digest="",
        )
        for each in told
    ]  # fmt: skip
    with transaction.atomic():
        hold(business)
        bulk.insert(rows)
        settle_rows(business, rows, now=_moment(told[-1]))


def _order(business: Business, each: Any) -> None:
    now = _moment(each)
    if each["type"] == "reward.available":
        clock.hold_over(business=business, now=now)
    elif each["type"] in TYPES:
        _settle(business, [each])
    else:
        data = _renamed(business, each)
        submit(business=business, type=each["type"], data=data, actor=each["actor"], now=now, key=each["id"])


def _moment(each: Any) -> datetime:
    return datetime.fromisoformat(each["settled_at"])


def _renamed(business: Business, each: Any) -> Any:
    text = json.dumps(each["data"])
    for name, what in each["names"].items():
        text = text.replace(name, _found(business, what))
    return json.loads(text)


def _found(business: Business, what: list[Any]) -> str:
    """Return the public id that the same thing has here."""
    match what:
        case ["contact", source, external_id]:
            row = Identity.objects.get(business=business, source=source, external_id=external_id)
            return str(row.contact.public_id)
        case ["referral", source, external_id, place]:
            friend = Identity.objects.get(business=business, source=source, external_id=external_id).contact
            return str(Referral.objects.filter(business=business, friend=friend).order_by("pk")[place].public_id)
        case ["reward", source, external_id, rule, place]:
            event = Event.objects.get(business=business, source=source, external_id=external_id)
            return str(Reward.objects.filter(event=event, rule=rule).order_by("pk")[place].public_id)
    raise ValueError(f"what is {what}?")


def main() -> None:
    """Do what the arguments say."""
    match sys.argv[1:]:
        case ["dump", file]:
            dump(Path(file))
        case ["replay", file, document]:
            replay(Path(file), Path(document))
        case _:
            raise SystemExit("dump FILE | replay FILE PROGRAMME")
