"""Decides a history that ``retelling`` wrote once more, in an empty database of its own, with the clock at each moment.

Everything goes the way it went: the same fold, orders and acts of the clock. What is made gets the name that the same
thing bears where the history comes from. The seals are off here; this database is thrown away.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from goodword.business.models import Business
from goodword.engine.events import RANKS
from goodword.errors import Conflict
from goodword.flow import bulk, clock, retelling
from goodword.flow.backing_up import Tell
from goodword.flow.renaming import Renaming
from goodword.flow.settle import hold, settle_rows
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.ledger import seal
from goodword.ledger.opening import open_book

logger = logging.getLogger(__name__)
FAULTS = "faults.jsonl"
# A digest of what an admin was shown, made of numbers that are others here; what the order itself wrote down.
NOT_CARRIED = {"referral.removed": ("shown",), "business.changed": ("before",)}


def decide_again(folder: Path, *, tell: Tell) -> Business:
    """Decide the history in ``folder`` and return the business that it made here.

    An event that cannot be decided is written to ``faults.jsonl`` with the reason; the others go on.

    Raises:
        Conflict: ``not_empty``: there is a business in this database.
    """
    if Business.objects.exists():
        raise Conflict("not_empty", "a history is decided again in an empty database")
    _hurry()
    business = _opened(folder)
    done = 0
    with closing(sqlite3.connect(folder / retelling.NAMES)) as names, (folder / FAULTS).open("w") as faults:
        renaming = Renaming(business, names)
        renaming.seed()
        for kind, told in retelling.groups(folder):
            for each, fault in _decided(business, kind, told, renaming):
                faults.write(json.dumps({"event": each["id"], "fault": fault}) + "\n")
            done += len(told)
            tell("deciding again", done)
    return business


def _hurry() -> None:
    """Spare the disk: what is lost here is lost with nothing."""
    seal.lift()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")


def _opened(folder: Path) -> Business:
    told = json.loads((folder / retelling.BUSINESS).read_text(encoding="utf-8"))
    business = Business.objects.create(**told)
    open_book(business=business.pk)
    return business


def _decided(
    business: Business, kind: int, told: list[dict[str, Any]], renaming: Renaming
) -> list[tuple[dict[str, Any], str]]:
    """Decide what was settled together; taken apart when it fails. Return what failed alone, and why."""
    try:
        with transaction.atomic():
            _again(business, kind, told)
            renaming.follow()
        return []
    except Exception as fault:
        if len(told) == 1:
            logger.debug("%s cannot be decided again", told[0]["id"], exc_info=True)
            return [(told[0], f"{type(fault).__name__}: {fault}"[:300])]
    return [each for one in told for each in _decided(business, kind, [one], renaming)]


def _again(business: Business, kind: int, told: list[dict[str, Any]]) -> None:
    if kind == retelling.TOLD:
        _settle(business, told)
    elif kind == retelling.TIMED:
        _keep_time(business, told)
    else:
        for each in told:
            _order(business, each)


def _settle(business: Business, told: Sequence[dict[str, Any]]) -> None:
    now = _settled_at(told[0])
    rows = [
        Event(
            business=business, public_id=each["id"], source=each["source"], external_id=each["external_id"],
            type=each["type"], rank=RANKS[each["type"].split(".")[0]], time=datetime.fromisoformat(each["time"]),
            recorded_at=now, due_at=now, data=each["data"], digest="", actor=each["actor"], batch=each["batch"],
        )
        for each in told
    ]  # fmt: skip
    hold(business)
    bulk.insert(rows)
    settle_rows(business, rows, now=now)


def _keep_time(business: Business, told: Sequence[dict[str, Any]]) -> None:
    """Let the clock do what it did: each kind of act takes a batch at a time and stops when nothing is due."""
    acts = {"reward.available": clock.hold_over, "value.lapsed": clock.lapse}
    for type_ in dict.fromkeys(each["type"] for each in told):
        while acts[type_](business=business, now=_settled_at(told[0])) == clock.BATCH:
            pass


def _order(business: Business, each: dict[str, Any]) -> None:
    left_out = NOT_CARRIED.get(each["type"], ())
    row = submit(
        business=business, type=each["type"], actor=each["actor"], now=_settled_at(each),
        at=datetime.fromisoformat(each["time"]), key=each["external_id"], source=each["source"], batch=each["batch"],
        data={name: value for name, value in each["data"].items() if name not in left_out},
    )  # fmt: skip
    Event.objects.filter(pk=row.pk).update(public_id=each["id"])
    if each["type"] == "business.changed":
        business.refresh_from_db()


def _settled_at(each: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(each["settled_at"])
