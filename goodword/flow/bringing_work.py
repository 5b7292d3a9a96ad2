"""The steps of an import: read the table, check it, record it in batches, settle it, undo it.

Each batch is one transaction that renews the lease, so whoever lost it stores nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from goodword.errors import Conflict, Refused
from goodword.flow import bringing_undo
from goodword.flow.bringing_batch import Batch, store_batch
from goodword.flow.bringing_begun import COUNTS
from goodword.flow.bringing_file import drop_upload, form_of, open_upload
from goodword.flow.bringing_judge import Judge, Judging
from goodword.flow.bringing_people import People
from goodword.flow.bringing_sheet import keep_cells, read_back
from goodword.flow.bringing_undo_plan import events_of
from goodword.flow.bringing_vouchers import VoucherJudge
from goodword.flow.importing import settle_history
from goodword.flow.settle import hold
from goodword.flow.statistics import MUCH, look_again
from goodword.inbox.models import Event, Import
from goodword.inbox.models import State as EventState
from goodword.inbox.shelf import DiskShelf
from goodword.inbox.tables import reading
from goodword.inbox.tables.kinds import KINDS
from goodword.inbox.tables.told import Context, Fault, Told
from goodword.inbox.tables.translating import translate

State = Import.State
BATCH = 500  # outcomes of a table in one transaction
ORDERED_KINDS = ("balances", "vouchers")  # judged under the lock: their rows are orders, settled as they are stored
PULSE = 2_000  # rows read between two signs of life, while nothing is stored
HOLD = timedelta(days=1)  # what is recorded waits for the rest; an import that nobody takes up is settled after that
# What a work writes of its import: the rest may change under it, as when a person is erased from the file's name.
WORKED = (
    *COUNTS, "reasons", "unknown", "warnings", "position", "done_rows", "total_rows", "state", "code", "money_booked",
    "points_booked", "finished_at",
)  # fmt: skip

Clock = Callable[[], datetime]
Tell = Callable[[Import], None]


class Work:
    """One stretch of work on an import that this process holds."""

    def __init__(self, import_: Import, *, clock: Clock, told: Tell) -> None:
        self.import_, self.clock, self.told = import_, clock, told
        self._read = 0

    def check(self) -> None:
        """Judge every row and write down why some will not fit."""
        import_ = self.import_
        with transaction.atomic():
            self.beat()
            import_.faults.all().delete()
            for name in COUNTS:
                setattr(import_, name, 0)
            import_.reasons, import_.unknown, import_.warnings = {}, {}, {}
        self._step(done=0, total=import_.total_rows)
        with closing(self._batches()) as batches:
            for batch in batches:
                batch.decide()
                with transaction.atomic():
                    self.beat()
                    batch.write_faults()
                    batch.count()
                    import_.save(update_fields=WORKED)
                self.told(import_)
        import_.total_rows = import_.rows
        self._enter(State.CHECKED)

    def record(self) -> None:
        """Record what comes of the rows, held back from being settled until all is there."""
        import_ = self.import_
        self._step(done=import_.rows, total=import_.total_rows)
        with closing(self._batches(skip=import_.position)) as batches:
            for batch in batches:
                now = self.clock()
                ordered = import_.kind in ORDERED_KINDS
                if not ordered:
                    batch.decide()
                with transaction.atomic():
                    if ordered:  # before the import's row, as the orders about it do
                        hold(import_.business)
                        batch.decide()  # under the lock: another import may have brought the same meanwhile
                    self.beat()
                    store_batch(batch, now=now, release=now + HOLD)
                    import_.position += batch.outcomes
                    import_.save(update_fields=WORKED)
                self.told(import_)
        import_.total_rows = import_.rows
        if import_.rows > MUCH:
            look_again()
        self._enter(State.SETTLING)

    def settle(self) -> None:
        """Let what was recorded go, settle it in order and read back what the books have of it."""
        import_ = self.import_
        waiting = self._let_go()
        self._step(done=0, total=waiting)
        settle_history(business=import_.business, clock=self.clock, told=self._settled)
        keep_cells(import_, beat=self.beat)
        read_back(import_, beat=self.beat)
        drop_upload(import_)
        import_.finished_at = self.clock()
        self._enter(State.DONE)

    def undo(self) -> None:
        """Take back what the import brought, by counter-events, and settle them."""
        import_ = self.import_
        self._step(done=import_.done_rows if import_.undone_to else 0, total=events_of(import_).count())
        bringing_undo.take_back(import_, clock=self.clock, beat=self.beat, told=lambda: self.told(import_))
        read_back(import_, beat=self.beat)
        drop_upload(import_)
        import_.finished_at = self.clock()
        self._enter(State.UNDONE)

    def fail(self, refusal: Refused) -> None:
        """Write down why the file cannot be read; what was recorded of it is let go, and can be undone."""
        import_ = self.import_
        self._let_go()
        import_.code = refusal.code
        self._enter(State.FAILED)

    def beat(self) -> None:
        """Give a sign of life.

        Raises:
            Conflict: ``import_taken``: this process was silent for too long and another has it now.
        """
        now = self.clock()
        if not Import.objects.filter(pk=self.import_.pk, holder=self.import_.holder).update(beat_at=now):
            raise Conflict("import_taken", "somebody else has taken this import over")
        self.import_.beat_at = now

    def _let_go(self) -> int:
        """Let what was recorded be settled from now on; return how many events wait for that."""
        now = self.clock()
        waiting = Event.objects.filter(
            business_id=self.import_.business_id, batch=self.import_.number, state=EventState.RECORDED
        )
        waiting.filter(due_at__gt=now, attempts=0).update(due_at=now)
        return waiting.count()

    def _settled(self, done: int, of: int) -> None:
        self.beat()
        self.import_.done_rows, self.import_.total_rows = done, of
        self.import_.save(update_fields=["done_rows", "total_rows"])
        self.told(self.import_)

    def _step(self, *, done: int, total: int, sorting: bool = False) -> None:
        import_ = self.import_
        import_.done_rows = import_.step_from = done
        import_.step_at, import_.total_rows, import_.sorting = self.clock(), total, sorting
        import_.save(update_fields=["done_rows", "step_from", "step_at", "total_rows", "sorting"])

    def _enter(self, state: str) -> None:
        with transaction.atomic():
            self.beat()
            self.import_.state = state
            self.import_.save(update_fields=WORKED)

    def _batches(self, *, skip: int = 0) -> Generator[Batch, None, None]:
        """Read the table and put what comes of it in batches, the first ``skip`` outcomes passed over."""
        import_ = self.import_
        with ExitStack() as open_:
            stream = open_.enter_context(open_upload(import_))
            shelf = open_.enter_context(DiskShelf())
            people = People(import_.business, source=import_.source, own=self._own(open_))
            judge = _judge(import_, open_.enter_context(people))
            rows = self._pulsing(reading.rows(stream, form_of(import_)))
            outcomes = open_.enter_context(closing(self._outcomes(self._sorted(rows), shelf)))
            last = 0
            for outcome in islice(outcomes, skip):
                last = outcome.row if isinstance(outcome, Fault) else last
            while part := list(islice(outcomes, BATCH)):
                batch = Batch(import_, judge=judge, after=last)
                for outcome in part:
                    batch.add(outcome)
                last = batch.last
                yield batch

    def _outcomes(self, rows: Iterator[reading.Row], shelf: DiskShelf) -> Generator[Told | Fault, None, None]:
        import_ = self.import_
        yield from translate(
            import_.kind, rows, form=form_of(import_), mapping=import_.mapping, context=context_of(import_),
            shelf=shelf,
        )  # fmt: skip

    def _sorted(self, rows: Iterator[reading.Row]) -> Iterator[reading.Row]:
        """Pass rows on; where they wait on the shelf until all are read, that is a step of its own in what is told."""
        import_ = self.import_
        if not KINDS[import_.kind].group_by:
            yield from rows
            return
        self._step(done=0, total=import_.total_rows, sorting=True)
        count = 0
        for count, row in enumerate(rows, start=1):
            import_.done_rows = count
            yield row
        self._step(done=import_.rows, total=count)

    def _own(self, open_: ExitStack) -> Callable[[], Iterator[Told | Fault]] | None:
        """Return what reads the contacts of the table itself, where it names contacts that it also brings."""
        if self.import_.kind != "customers":
            return None

        def read() -> Iterator[Told | Fault]:
            stream = open_.enter_context(open_upload(self.import_))
            rows = self._pulsing(reading.rows(stream, form_of(self.import_)))
            return self._outcomes(rows, open_.enter_context(DiskShelf()))

        return read

    def _pulsing(self, rows: Iterator[reading.Row]) -> Iterator[reading.Row]:
        """Pass rows on; every few thousand, as long as no transaction is open, give a sign of life."""
        for row in rows:
            self._read += 1
            if self._read % PULSE == 0 and not transaction.get_connection().in_atomic_block:
                self.beat()
                self.import_.save(update_fields=["done_rows"])
                self.told(self.import_)
            yield row


def _judge(import_: Import, people: People) -> Judging:
    if import_.kind == "vouchers":
        return VoucherJudge(import_.business, import_)
    return Judge(import_.business, import_, people)


def context_of(import_: Import) -> Context:
    """Return what the rows of an import are translated by: as it was when the file was handed in."""
    terms = import_.terms
    return Context(
        currency=terms["currency"], zone=terms["zone"], country=terms["country"], fallback_time=import_.created_at,
        batch=import_.number, source=import_.source, words=import_.words,
        prices={key: (kind, sku) for key, (kind, sku) in import_.prices.items()}, now=import_.created_at,
    )  # fmt: skip
