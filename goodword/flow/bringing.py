"""Bring a table in: check it without storing anything, then record all of it, then settle it in order.

Whoever works on an import holds it by a lease that every batch renews. A batch of events, the faults of its rows and
the place where it ended are one transaction, so a run that was killed at any point is taken up again there, by anybody,
and nothing is doubled. Nothing settles before all is recorded (rulings 3), as with ``goodword events import``.
"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow.bringing_begun import enter, must_be, must_be_to_begin
from goodword.flow.bringing_file import open_upload
from goodword.flow.bringing_work import Clock, Tell, Work
from goodword.flow.submit import submit
from goodword.inbox.models import Import
from goodword.inbox.tables import kinds

State = Import.State
LEASE = timedelta(seconds=60)  # without a sign of life for so long, another may take an import up
IN_HAND = (State.CHECKING, State.RECORDING, State.SETTLING, State.UNDOING)


class Paused(Exception):
    """Raised by whoever listens to an import: the work ends between two steps, and is taken up again there."""


class Progress(NamedTuple):
    """How far a step has come. ``rate`` is rows a second; ``seconds_left`` is None as long as nobody can tell.

    ``sorting``: rows are read and those that belong together put together; nothing is judged or recorded yet.
    """

    state: str
    sorting: bool
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
    _must_be_readable(import_)
    with transaction.atomic():
        now_is = Import.objects.select_for_update().get(pk=import_.pk)
        must_be(now_is, State.DRAFT, State.CHECKED, State.FAILED)
        if now_is.position:
            raise Conflict("import_begun", "this import has begun; have it go on, or undo it")
        return enter(import_, State.CHECKING, now=now)


def begin(import_: Import, *, actor: str, now: datetime) -> Import:
    """Have an import recorded and settled (``import.begun``), or one that failed go on.

    Raises:
        Invalid: ``mapping_not_ready``.
        Conflict: ``import_begun``.
        NotFound: ``upload_gone``.
    """
    must_be_to_begin(import_)
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


def stop(import_: Import, *, actor: str, now: datetime) -> Import:
    """Stop an import that is being checked or recorded (``import.stopped``); it can go on, or be undone.

    What it has recorded counts for nothing until one of the two is ordered.

    Raises:
        Conflict: ``not_stoppable``: it is neither, or settles already.
    """
    key = f"import-stopped:{import_.number}:{secrets.token_hex(4)}"
    submit(
        business=import_.business, type="import.stopped", data={"import": import_.number}, actor=actor, now=now, key=key
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
    work = Work(import_, clock=clock, told=told or (lambda _: None))
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
    return Progress(import_.state, import_.sorting, import_.done_rows, import_.total_rows, max(rate, 0.0), seconds)


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
