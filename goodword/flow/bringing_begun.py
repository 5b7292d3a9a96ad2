"""The two orders of an import, as commands: what :mod:`goodword.flow.bringing` then carries out in bounded steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from goodword.business.models import Business
from goodword.errors import Conflict, NotFound
from goodword.inbox.models import Event, Import
from goodword.inbox.models import State as EventState

State = Import.State
ALTERABLE = (State.DRAFT, State.CHECKED, State.FAILED)  # nobody works on it, and it is not over
NEVER = timedelta(days=3650)  # until somebody orders otherwise
ENTERED = ("state", "code", "holder", "beat_at", "step_at", "step_from", "sorting", "finished_at")
# What is counted of an import while its rows are read; each begins at 0.
COUNTS = ("rows", "stored_rows", "refused_rows", "known_rows", "passed_rows", "money_in", "points_in")


def note_begun(*, business: Business, row: Event, now: datetime) -> None:
    """``import.begun {import, kind, source, sha256, update}``: a table is being brought in.

    Raises:
        NotFound: ``import_not_found``.
        Conflict: ``import_begun``.
    """
    found = _taken(business, row)
    must_be_to_begin(found)
    started: tuple[str, ...] = ()
    if not found.position:
        found.faults.all().delete()
        for name in COUNTS:
            setattr(found, name, 0)
        found.reasons, found.unknown, found.warnings, found.started_at, found.actor = {}, {}, {}, now, row.actor
        started = (*COUNTS, "reasons", "unknown", "warnings", "started_at", "actor")
    enter(found, State.RECORDING, now=now, also=started)


def note_undone(*, business: Business, row: Event, now: datetime) -> None:
    """``import.undone {import}``: all that an import brought is being taken back.

    Raises:
        NotFound: ``import_not_found``.
        Conflict: ``nothing_to_undo``.
    """
    found = _taken(business, row)
    if found.state not in (State.DONE, State.FAILED) or not found.position:
        raise Conflict("nothing_to_undo", "only an import that is over, and has brought something, can be undone")
    found.undo_step, found.undone_to, found.done_rows = 0, 0, 0
    enter(found, State.UNDOING, now=now, also=("undo_step", "undone_to", "done_rows"))


def note_stopped(*, business: Business, row: Event, now: datetime) -> None:
    """``import.stopped {import}``: whoever works on it stores nothing more; nothing of it settles by itself.

    Raises:
        NotFound: ``import_not_found``.
        Conflict: ``not_stoppable``.
    """
    found = _taken(business, row)
    if found.state not in (State.CHECKING, State.RECORDING):
        raise Conflict("not_stoppable", "only an import that is being checked or recorded can be stopped")
    enter(found, State.FAILED if found.position else State.DRAFT, now=now)
    Import.objects.filter(pk=found.pk).update(code="stopped")
    waiting = Event.objects.filter(business=business, batch=found.number, state=EventState.RECORDED)
    waiting.update(due_at=now + NEVER)


def find_import(*, business: Business, number: object) -> Import:
    """Return an import by its number.

    Raises:
        NotFound: ``import_not_found``.
    """
    wanted = number if type(number) is int and 0 < number < 2**31 else 0
    found = Import.objects.filter(business=business, number=wanted).select_related("business").first()
    if found is None:
        raise NotFound("import_not_found", "there is no import of that number")
    return found


def _taken(business: Business, row: Event) -> Import:
    """Return the import an order is about as it is now, locked: a batch is stored before the order, or never.

    The business is locked before it, as in every batch that needs both.
    """
    found = find_import(business=business, number=row.data.get("import"))
    return Import.objects.select_for_update(of=("self",)).select_related("business").get(pk=found.pk)


def must_be(import_: Import, *states: str) -> None:
    if import_.state not in states:
        raise Conflict("import_begun", f"import {import_.number} is {import_.state}")


def must_be_to_begin(import_: Import) -> None:
    """Refuse what cannot begin or go on: what is worked on or over, and what is undone in part.

    Raises:
        Conflict: ``import_begun``.
    """
    must_be(import_, *ALTERABLE)
    turned_down = Event.objects.filter(business_id=import_.business_id, batch=import_.number, code="import_undone")
    if import_.undo_step or import_.undone_to or turned_down.exists():
        raise Conflict("import_begun", f"import {import_.number} is undone in part; undo the rest")


def enter(import_: Import, state: str, *, now: datetime, also: Sequence[str] = ()) -> Import:
    """Put an import in line: from now on whoever claims it works on it.

    Args:
        also: further columns that the caller has set.
    """
    import_.state, import_.code, import_.holder, import_.beat_at = state, "", "", None
    import_.step_at, import_.step_from, import_.sorting, import_.finished_at = now, 0, False, None
    import_.save(update_fields=[*ENTERED, *also])
    return import_
