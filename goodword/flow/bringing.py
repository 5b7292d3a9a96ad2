"""Bring a table in: check it without storing anything, then record all of it, then settle it in order.

Whoever works on an import holds it by a lease that every batch renews. A batch of events, the faults of its rows and
the place where it ended are one transaction, so a run that was killed at any point is taken up again there, by anybody,
and nothing is doubled. Nothing settles before all is recorded (rulings 3), as with ``goodword events import``.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO, NamedTuple

from django.db import transaction
from django.db.models import Q

from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow import bringing_undo
from goodword.flow.bringing_batch import Batch, store_batch
from goodword.flow.bringing_begun import COUNTS, enter, must_be
from goodword.flow.bringing_judge import Judge
from goodword.flow.bringing_people import People
from goodword.flow.bringing_sheet import keep_cells, read_back
from goodword.flow.bringing_upload import drop_upload, form_of, open_upload
from goodword.flow.importing import settle_history
from goodword.flow.submit import submit
from goodword.inbox.models import Event, Import
from goodword.inbox.models import State as EventState
from goodword.inbox.shelf import DiskShelf
from goodword.inbox.tables import kinds, reading
from goodword.inbox.tables.told import Context, Fault, Told
from goodword.inbox.tables.translating import translate

State = Import.State
BATCH = 500  # outcomes of a table in one transaction
PULSE = 2_000  # rows read between two signs of life, while nothing is stored
LEASE = timedelta(seconds=60)  # without a sign of life for so long, another may take an import up
HOLD = timedelta(days=1)  # what is recorded waits for the rest; an import that nobody takes up is settled after that
IN_HAND = (State.CHECKING, State.RECORDING, State.SETTLING, State.UNDOING)

Clock = Callable[[], datetime]
Tell = Callable[[Import], None]


class Paused(Exception):
    """Raised by whoever listens to an import: the work ends between two steps, and is taken up again there."""


class Progress(NamedTuple):
    """How far a step has come. ``rate`` is rows a second; ``seconds_left`` is None as long as nobody can tell."""

    state: str
    done: int
    total: int
    rate: float
    seconds_left: float | None


def begin_check(import_: Import, *, now: datetime) -> Import:
    """Have a draft checked: by the worker, or by whoever calls :func:`carry_on`.

    Raises:
        Invalid: ``mapping_not_ready``, with the ``faults`` as (field, code).
        Conflict: ``import_begun``.
    """
    must_be(import_, State.DRAFT, State.CHECKED, State.FAILED)
    _must_be_readable(import_)
    return enter(import_, State.CHECKING, now=now)


def begin(import_: Import, *, actor: str, now: datetime) -> Import:
    """Have an import recorded and settled (``import.begun``), or one that failed go on.

    Raises:
        Invalid: ``mapping_not_ready``.
        Conflict: ``import_begun``.
        NotFound: ``upload_gone``.
    """
    must_be(import_, State.DRAFT, State.CHECKED, State.FAILED)
    _must_be_readable(import_)
    open_upload(import_).close()
    data = {
        "import": import_.number, "kind": import_.kind, "source": import_.source, "sha256": import_.sha256,
        "update": import_.update,
    }  # fmt: skip
    key = f"import-begun:{import_.number}:{import_.position}:{secrets.token_hex(4)}"
    submit(business=import_.business, type="import.begun", data=data, actor=actor, now=now, key=key)
    import_.refresh_from_db()
    return import_


def begin_undo(import_: Import, *, actor: str, now: datetime) -> Import:
    """Have an import undone (``import.undone``), one that failed half-way too.

    Raises:
        Conflict: ``nothing_to_undo``: it has recorded nothing, or is being worked on.
    """
    key = f"import-undone:{import_.number}:{secrets.token_hex(4)}"
    submit(
        business=import_.business, type="import.undone", data={"import": import_.number}, actor=actor, now=now, key=key
    )  # fmt: skip
    import_.refresh_from_db()
    return import_


def check(import_: Import, *, clock: Clock, told: Tell | None = None) -> Import:
    """Check a draft here and now: what every row would come to. Only faults and counters are written.

    Raises:
        Refused: as :func:`begin_check`; ``import_taken`` when somebody else works on it.
    """
    return carry_on(begin_check(import_, now=clock()), clock=clock, told=told)


def run(import_: Import, *, actor: str, clock: Clock, told: Tell | None = None) -> Import:
    """Record and settle an import here and now, from where it is; one that is done stays so.

    Raises:
        Refused: as :func:`begin`; ``import_taken`` when somebody else works on it.
    """
    if import_.state in (State.DRAFT, State.CHECKED, State.FAILED):
        begin(import_, actor=actor, now=clock())
    return carry_on(import_, clock=clock, told=told)


def undo(import_: Import, *, actor: str, clock: Clock, told: Tell | None = None) -> Import:
    """Undo an import here and now, or go on with it.

    Raises:
        Refused: as :func:`begin_undo`; ``import_taken`` when somebody else works on it.
    """
    if import_.state != State.UNDOING:
        begin_undo(import_, actor=actor, now=clock())
    return carry_on(import_, clock=clock, told=told)


def carry_on(import_: Import, *, clock: Clock, told: Tell | None = None) -> Import:
    """Take an import up where it is and work until its step is over: checked, done or undone.

    Args:
        told: hears after every batch, and every few thousand rows while nothing is stored; no transaction is open then.
            It may raise :class:`Paused`.

    Raises:
        Conflict: ``import_taken``: somebody works on it, or has taken it over.
    """
    holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(6)}"
    _claim(import_, holder=holder, now=clock())
    work = _Work(import_, clock=clock, told=told or (lambda _: None))
    released = True
    try:
        if import_.state == State.CHECKING:
            work.check()
        if import_.state == State.RECORDING:
            work.record()
        if import_.state == State.SETTLING:
            work.settle()
        if import_.state == State.UNDOING:
            work.undo()
    except (Invalid, NotFound) as refusal:
        work.fail(refusal)
        raise
    except Exception as fault:
        released = isinstance(
            fault, Refused | Paused
        )  # of a fault nobody foresaw the lease runs out: no hot loop of trials
        raise
    finally:
        if released:
            Import.objects.filter(pk=import_.pk, holder=holder).update(holder="", beat_at=None)
    import_.refresh_from_db()
    return import_


def to_carry_on(*, now: datetime) -> list[Import]:
    """Return the imports that wait for somebody to work on them, the oldest first. One statement."""
    waiting = Import.objects.filter(state__in=IN_HAND).select_related("business").order_by("pk")
    return [row for row in waiting if row.beat_at is None or row.beat_at < now - LEASE or _is_gone(row.holder)]


def progress(import_: Import, *, now: datetime) -> Progress:
    """Return how far the present step has come."""
    spent = (now - import_.step_at).total_seconds() if import_.step_at is not None else 0.0
    rate = (import_.done_rows - import_.step_from) / spent if spent > 0 else 0.0
    left = import_.total_rows - import_.done_rows
    seconds = left / rate if rate > 0 and import_.total_rows and left >= 0 else None
    return Progress(import_.state, import_.done_rows, import_.total_rows, max(rate, 0.0), seconds)


class _Work:
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
            import_.reasons = {}
        self._step(done=0, total=import_.total_rows)
        with closing(self._batches()) as batches:
            for batch in batches:
                with transaction.atomic():
                    self.beat()
                    batch.write_faults()
                    batch.count()
                    import_.save()
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
                with transaction.atomic():
                    self.beat()
                    store_batch(batch, now=now, release=now + HOLD)
                    import_.position += batch.outcomes
                    import_.save()
                self.told(import_)
        import_.total_rows = import_.rows
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
        self._step(done=import_.done_rows if import_.undone_to else 0, total=bringing_undo.events_of(import_).count())
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

    def _step(self, *, done: int, total: int) -> None:
        import_ = self.import_
        import_.done_rows = import_.step_from = done
        import_.step_at, import_.total_rows = self.clock(), total
        import_.save(update_fields=["done_rows", "step_from", "step_at", "total_rows"])

    def _enter(self, state: str) -> None:
        with transaction.atomic():
            self.beat()
            self.import_.state = state
            self.import_.save()

    def _batches(self, *, skip: int = 0) -> Generator[Batch, None, None]:
        """Read the table and judge what comes of it, in batches, the first ``skip`` outcomes passed over."""
        import_ = self.import_
        with ExitStack() as open_:
            stream = open_.enter_context(open_upload(import_))
            shelf = open_.enter_context(DiskShelf())
            people = People(import_.business, source=import_.source, own=self._own(open_))
            judge = Judge(import_.business, import_, open_.enter_context(people))
            outcomes = open_.enter_context(closing(self._outcomes(stream, shelf)))
            last = 0
            for outcome in islice(outcomes, skip):
                last = outcome.row if isinstance(outcome, Fault) else last
            while part := list(islice(outcomes, BATCH)):
                batch = Batch(import_, after=last)
                for outcome in part:
                    batch.add(outcome)
                last = batch.last
                batch.settle_verdicts(judge.judge(batch.told))
                yield batch

    def _outcomes(self, stream: BinaryIO, shelf: DiskShelf) -> Generator[Told | Fault, None, None]:
        import_ = self.import_
        form = form_of(import_)
        yield from translate(
            import_.kind, self._pulsing(reading.rows(stream, form)), form=form, mapping=import_.mapping,
            context=context_of(import_), shelf=shelf,
        )  # fmt: skip

    def _own(self, open_: ExitStack) -> Callable[[], Iterator[Told | Fault]] | None:
        """Return what reads the contacts of the table itself, where it names contacts that it also brings."""
        if self.import_.kind != "customers":
            return None

        def read() -> Iterator[Told | Fault]:
            stream = open_.enter_context(open_upload(self.import_))
            return self._outcomes(stream, open_.enter_context(DiskShelf()))

        return read

    def _pulsing(self, rows: Iterator[reading.Row]) -> Iterator[reading.Row]:
        """Pass rows on; every few thousand, as long as no transaction is open, give a sign of life."""
        for row in rows:
            self._read += 1
            if self._read % PULSE == 0 and not transaction.get_connection().in_atomic_block:
                self.beat()
                self.told(self.import_)
            yield row


def context_of(import_: Import) -> Context:
    """Return what the rows of an import are translated by: as it was when the file was handed in."""
    terms = import_.terms
    return Context(
        currency=terms["currency"], zone=terms["zone"], country=terms["country"], fallback_time=import_.created_at,
        batch=import_.number, source=import_.source, words=import_.words,
        prices={key: (kind, sku) for key, (kind, sku) in import_.prices.items()}, now=import_.created_at,
    )  # fmt: skip


def _claim(import_: Import, *, holder: str, now: datetime) -> None:
    free = Q(beat_at=None) | Q(beat_at__lt=now - LEASE)
    before = Import.objects.values_list("holder", flat=True).get(pk=import_.pk)
    if _is_gone(before):
        free |= Q(holder=before)
    taken = Import.objects.filter(free, pk=import_.pk, state__in=IN_HAND).update(holder=holder, beat_at=now)
    state = Import.objects.values_list("state", flat=True).get(pk=import_.pk)
    if not taken and state in IN_HAND:
        raise Conflict("import_taken", "somebody is working on this import; look again in a minute")
    import_.refresh_from_db()


def _is_gone(holder: str) -> bool:
    """Say whether the process that holds an import ran on this machine and is dead: nobody need wait for its lease."""
    host, _, rest = holder.partition(":")
    pid = rest.partition(":")[0]
    if os.name != "posix" or host != socket.gethostname()[:30] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _must_be_readable(import_: Import) -> None:
    faults = kinds.faults_of(import_.kind, import_.mapping, import_.headers) if import_.kind else [("", "no_kind")]
    if faults:
        told = ", ".join(f"{field or 'kind'}: {code}" for field, code in faults)
        raise Invalid("mapping_not_ready", f"the columns are not all matched yet: {told}", faults=faults)
