"""One batch of a table's outcomes: stored, counted and its faults written down, in one transaction of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from goodword.errors import Refused
from goodword.flow import bulk
from goodword.flow.bringing_judge import BALANCE, Judgement, Judging
from goodword.flow.bringing_voucher_changes import ASSIGNED, EXTENDED
from goodword.flow.bringing_vouchers import VOUCHER
from goodword.flow.importing import record_held
from goodword.flow.submit import submit
from goodword.inbox.models import Import, ImportFault
from goodword.inbox.tables.kind import plain_words
from goodword.inbox.tables.told import PASSED_OVER, Fault, Told
from goodword.money import POINTS

FACTS_CUT = 200
MOST_WORDS = 40  # of a column, that nobody knows
# What is ordered rather than told: its place in what rows tell. Changes happen now, the others when the row says.
ORDERED = {BALANCE: "balance", VOUCHER: "voucher", ASSIGNED: "voucher", EXTENDED: "voucher"}
CHANGES = (ASSIGNED, EXTENDED)
ACTOR = "import"  # behind what single rows do: the audit log tells of the import as a whole


class Batch:
    """Outcomes of a table, in order.

    Args:
        judge: says what is to be done with what the table tells.
        after: the row that the fault before this batch was of: a row has several faults one after the other, and is
            counted once.
    """

    def __init__(self, import_: Import, *, judge: Judging, after: int = 0) -> None:
        self.import_, self._judge = import_, judge
        self.told: list[Told] = []
        self.faults: list[Fault] = []
        self.verdicts: list[Judgement] = []
        self.outcomes = 0
        self.last = after
        self._after = after

    def add(self, outcome: Told | Fault) -> None:
        """Add what came of rows."""
        self.outcomes += 1
        if isinstance(outcome, Told):
            self.told.append(outcome)
        else:
            self.faults.append(outcome)
            self.last = outcome.row

    def decide(self) -> None:
        """Have all that was told judged by what the books hold now; what is refused becomes faults."""
        self.faults = self._judge.noted(self.faults)
        verdicts = self._judge.judge(self.told)
        self.verdicts = [each for each in verdicts if each.word != "refused"]
        for each in verdicts:
            self.faults += each.faults

    def count(self) -> None:
        """Add this batch to the import's counters; each row is stored, known or refused."""
        import_ = self.import_
        for each in self.verdicts:
            rows = len(each.told.rows)
            import_.rows += rows
            if each.word == "known":
                import_.known_rows += rows
                continue
            import_.stored_rows += rows
            for code in each.warnings:
                import_.warnings[code] = import_.warnings.get(code, 0) + rows
            import_.money_in += each.told.money
            import_.points_in += sum(_points(raw) for raw in each.told.events)
        seen = self._after
        for fault in self.faults:
            if fault.code == "unknown_word":
                self._keep_word(fault)
            if fault.row == seen:
                continue
            seen = fault.row
            import_.rows += 1
            import_.refused_rows += 1
            import_.passed_rows += fault.code in PASSED_OVER
            import_.reasons[fault.code] = import_.reasons.get(fault.code, 0) + 1
        if not import_.sorting:  # else it counts the rows that are read
            import_.done_rows = import_.rows

    def _keep_word(self, fault: Fault) -> None:
        """Keep a word nobody knows, however many rows have it; one more than are kept says that there are others."""
        kept = self.import_.unknown.setdefault(
            fault.field, {"column": self.import_.mapping.get(fault.field, ""), "words": []}
        )
        words, word = kept["words"], _without_nul(fault.value).strip()
        if word not in words and len(words) <= MOST_WORDS and plain_words(word) not in map(plain_words, words):
            words.append(word)

    def write_faults(self) -> None:
        """Store the faults, in order."""
        bulk.insert([
            ImportFault(
                business_id=self.import_.business_id, of_id=self.import_.pk, row=fault.row, field=fault.field[:60],
                code=fault.code, value=_without_nul(fault.value)[:500], facts=msgspec.to_builtins(fault.facts),
            )
            for fault in self.faults
        ])  # fmt: skip

    def refuse(self, verdict: Judgement, code: str, detail: str) -> None:
        """Turn a verdict that could not be carried out into faults of its rows."""
        first, *others = verdict.told.rows
        self.verdicts.remove(verdict)
        self.faults.append(Fault(first, "", code, "", {"detail": detail[:FACTS_CUT]}))
        self.faults += [Fault(number, "", "with_row", "", {"row": first}) for number in others]


def store_batch(batch: Batch, *, now: datetime, release: datetime) -> None:
    """Record what is to be stored, held back until ``release``, write the faults down and count."""
    wanted = [each for each in batch.verdicts if each.word == "store"]
    _record(batch, [each for each in wanted if each.told.raw["type"] not in ORDERED], now=now, release=release)
    for each in wanted:
        if each.told.raw["type"] in ORDERED:
            _order(batch, each, now=now)
    batch.write_faults()
    batch.count()


def _record(batch: Batch, wanted: Sequence[Judgement], *, now: datetime, release: datetime) -> None:
    import_ = batch.import_
    raws = [(each, raw) for each in wanted for raw in each.told.events]
    outcomes = record_held(
        business=import_.business, source=import_.source, raws=[raw for _, raw in raws], now=now, release=release,
        actor=ACTOR, batch=import_.number,
    )  # fmt: skip
    for (each, _), outcome in zip(raws, outcomes, strict=True):
        if outcome.problem is not None and each in batch.verdicts:
            batch.refuse(each, outcome.problem.code, outcome.problem.detail)


def _order(batch: Batch, verdict: Judgement, *, now: datetime) -> None:
    import_ = batch.import_
    for raw in verdict.told.events:
        data: dict[str, Any] = {**raw["data"][ORDERED[raw["type"]]], "import": import_.number}
        at = now if raw["type"] in CHANGES else datetime.fromisoformat(raw["time"])
        try:
            submit(
                business=import_.business, type=raw["type"], data=data, actor=ACTOR, now=now, key=raw["id"],
                at=at, batch=import_.number,
            )  # fmt: skip
        except Refused as refusal:
            batch.refuse(verdict, refusal.code, refusal.detail)
            return


def _points(raw: dict[str, Any]) -> int:
    balance = raw["data"].get("balance") or {}
    return int(balance["units"]) if balance.get("asset") == POINTS else 0


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")
