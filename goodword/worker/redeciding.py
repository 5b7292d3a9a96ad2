"""Decides a business's history again beside the installation, and compares (rulings 4): ``books check --redecide``.

The history, the stored decisions and the balances are read in one snapshot into a folder of their own. Another process
decides the history in a SQLite database in that folder; what it comes to is compared line by line. Nothing is written
to the installation.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from goodword.business.models import Business
from goodword.errors import Refused
from goodword.flow import decided, deciding_again, retelling
from goodword.flow.backing_up import snapshot

STORED, AGAIN = "stored", "again"
INSTANTS = "instants.json"
CHUNK = 500
GONE = "***"  # stands where something told who a person was (flow/redacting.py)
LAST_WORDS = 800
_CONTACT = re.compile(r"\bcon_[0-9a-z]+")

Tell = Callable[[str, int, float | None], None]


@dataclass(slots=True)
class Redecided:
    """What came of it: how much was compared, what differs, and what nobody can decide any more."""

    events: int = 0
    decisions: int = 0
    instants: int = 0
    differences: list[str] = field(default_factory=list)
    untold: int = 0  # events that differ for want of what erasing a customer took out of them


def redecide(business: Business, *, now: datetime, tell: Tell = lambda _what, _done, _part: None) -> Redecided:
    """Decide everything again and return what differs: the first difference stands first.

    Memory grows with the number of customers, some hundreds of bytes each; the rest lies on the disk, in the folder for
    temporary files, about as much as the database, and is removed at the end.

    Raises:
        Refused: ``not_decided_again``: the other process failed.
    """
    with tempfile.TemporaryDirectory(prefix="goodword-") as name:
        folder = Path(name)
        with snapshot():
            business.refresh_from_db()
            total = retelling.write(business, folder, tell=lambda what, done: tell(what, done, None))
            ends = decided.month_ends(business, now=now)
            (folder / INSTANTS).write_text(json.dumps([each.isoformat() for each in ends]))
            write_outcome(business, folder, name=STORED)
        _decide(folder, total, tell)
        return compare(folder)


def write_outcome(business: Business, folder: Path, *, name: str) -> None:
    """Write what was decided for each event of the history, and the balances at each instant."""
    with (folder / f"{name}-decisions.jsonl").open("w") as file:
        for some in _chunks(each["id"] for _, told in retelling.groups(folder) for each in told if _speaks(each)):
            for event, told_of in decided.decisions(business, some).items():
                file.write(json.dumps([event, told_of], sort_keys=True) + "\n")
    with (folder / f"{name}-balances.jsonl").open("w") as file:
        for instant in json.loads((folder / INSTANTS).read_text()):
            held = decided.balances(business, at=datetime.fromisoformat(instant))
            file.write(json.dumps([instant, held], sort_keys=True) + "\n")


def _speaks(event: dict[str, Any]) -> bool:
    return bool(retelling.kind_of(event["type"]) != retelling.TIMED)


def _chunks(events: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(events)
    while some := list(islice(rest, CHUNK)):
        yield some


def _decide(folder: Path, total: int, tell: Tell) -> None:
    """Run the other process to its end."""
    data = folder / "data"
    data.mkdir()
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("GOODWORD_", "DJANGO_"))}
    environment = {**plain, "GOODWORD_DATA": str(data), "PYTHONUTF8": "1"}
    errors = folder / "errors.log"
    with errors.open("w") as stream:
        command = [sys.executable, "-m", "goodword.worker.deciding", str(folder)]
        with subprocess.Popen(  # noqa: S603 - our own program and a folder of ours
            command, env=environment, stdout=subprocess.PIPE, stderr=stream, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                done = int(line)
                tell("deciding again", done, done / max(total, 1))
    if process.returncode:
        said = errors.read_text()[-LAST_WORDS:].strip() or f"it ended with {process.returncode}"
        raise Refused("not_decided_again", f"the history could not be decided again: {said}")


def compare(folder: Path) -> Redecided:
    """Compare what was stored with what was decided again."""
    found, erased = Redecided(), _Erased(folder)
    faults = {each["event"]: each["fault"] for each in _lines(folder / deciding_again.FAULTS)}
    events = (each for _, told in retelling.groups(folder) for each in told)
    for event in events:
        found.events += 1
        if event["id"] in faults:
            _differs(found, event, f"cannot be decided again: {faults[event['id']]}", untold=erased.in_(event["data"]))
    named = (each for _, told in retelling.groups(folder) for each in told if _speaks(each))
    stored, again = (_lines(folder / f"{name}-decisions.jsonl") for name in (STORED, AGAIN))
    for event, (_, before), (_, now) in zip(named, stored, again, strict=True):
        found.decisions += len(before)
        if before != now and event["id"] not in faults:
            said = "; ".join(_differences(before, now))
            _differs(found, event, said, untold=erased.in_([event["data"], before, now]))
    stored, again = (_lines(folder / f"{name}-balances.jsonl") for name in (STORED, AGAIN))
    for (instant, before), (_, now) in zip(stored, again, strict=True):
        found.instants += 1
        for name in sorted(before.keys() | now.keys()):
            if before.get(name, {}) != now.get(name, {}) and not (found.untold and erased.may_change(name)):
                said = f"At {instant} {name} has {_units(before.get(name))}; decided again {_units(now.get(name))}."
                found.differences.append(said)
    return found


class _Erased:
    """Who was erased, and whom an event concerns that cannot be decided any more for want of what is gone."""

    def __init__(self, folder: Path) -> None:
        self._ids = retelling.erased_in(folder)
        self._concerned = set(self._ids)

    def in_(self, value: Any) -> bool:
        """Say whether these payloads or decisions speak of somebody who was erased; note whom else."""
        text = json.dumps(value)
        named = set(_CONTACT.findall(text))
        if GONE not in text and not named & self._ids:
            return False
        self._concerned |= named
        return True

    def may_change(self, name: str) -> bool:
        """Say whether the balance of that name may differ because of it: theirs, or a sum over everybody."""
        return name.startswith("all ") or name in self._concerned


def _lines(path: Path) -> Iterator[Any]:
    with path.open() as file:
        yield from map(json.loads, file)


def _differs(found: Redecided, event: dict[str, Any], said: str, *, untold: bool) -> None:
    if untold:
        found.untold += 1
        return
    name = f"{event['type']} {event['source']} {event['external_id']}"
    found.differences.append(f"Event {event['id']} ({name}), settled {event['settled_at']}: {said}.")


def _differences(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[str]:
    """Yield in words how two lists of decisions differ."""
    for place in range(max(len(before), len(now))):
        one = before[place] if place < len(before) else None
        other = now[place] if place < len(now) else None
        if one == other:
            continue
        if one is None or other is None or (one["kind"], one["rule"]) != (other["kind"], other["rule"]):
            yield f"stored {_said(one)}, decided again {_said(other)}"
        else:
            flat, again = _flat(one), _flat(other)
            for key in sorted(flat.keys() | again.keys()):
                if flat.get(key) != again.get(key):
                    yield f"{_said(one)}: {key} is {flat.get(key)!r}, decided again {again.get(key)!r}"


def _said(decision: dict[str, Any] | None) -> str:
    if decision is None:
        return "nothing"
    rule, codes = decision["rule"], ", ".join(decision["codes"])
    return decision["kind"] + (f" by rule {rule}" if rule else "") + (f" ({codes})" if codes else "")


def _flat(decision: dict[str, Any]) -> dict[str, Any]:
    return {**{k: v for k, v in decision.items() if k != "trace"}, **decision["trace"]}


def _units(held: dict[str, int] | None) -> str:
    return ", ".join(f"{units} {name}" for name, units in sorted((held or {}).items())) or "nothing"
