"""What staff should do in person: made by itself when a good referrer's friend closed, or written by hand (R49).

A referral has closed when it reached ``paid``, or ``invoiced`` where no rule it was promised pays on ``paid``. Every
n-th closed referral of a referrer (setting ``thank_every``) and every one of a member of ``thank_clubs`` asks for a
call. The number is the ordinal of rulings 13, which stays; so a stage that is lost and reached again, a merge or a
replay never asks twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.business.reading import settings_at
from goodword.engine.decisions import ReferralRemoved, StageLost, StageReached
from goodword.engine.durations import midnight
from goodword.engine.records import Referral
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow.asking import is_fresh
from goodword.flow.minting import mint_id
from goodword.flow.settled import Kept, Settled
from goodword.flow.whose import living
from goodword.inbox import models as inbox
from goodword.people.models import Contact, Todo
from goodword.referrals import models as referrals

THANK, NOTE, CALL_BACK = "thank", "note", "call_back"
TEXT_LENGTH = 500


def follow(kept: Kept, settled: Sequence[Settled], *, now: datetime) -> None:
    """Ask for the thank-yous a settled batch gives cause for; take back those whose cause is gone. Three statements."""
    closed: list[tuple[Settled, StageReached]] = []
    gone: list[str] = []
    for each in settled:
        for decision in each.decisions:
            match decision:
                case StageReached(referral=referral, stage=stage) if stage == closing_stage(referral):
                    closed += [(each, decision)] if is_fresh(each.row) else []
                case StageLost(referral=referral, stage=stage) if stage == closing_stage(referral):
                    gone.append(_key(referral))
                case ReferralRemoved(referral=referral):
                    gone.append(_key(referral))
                case _:
                    pass
    business = kept.found.business
    if gone:  # one that was done stays: the thanks were said
        Todo.objects.filter(business=business, key__in=gone, done_at=None).delete()
    if closed:
        _ask(business, kept, closed, now=now)


def closing_stage(referral: Referral) -> str:
    """Return the stage at which a referral has closed: ``paid``, else ``invoiced`` when no pinned rule uses paid."""
    paid = any(rule.stage == "paid" for pin in referral.pins for rule in pin.revision.programme.rules)
    return "paid" if paid else "invoiced"


def _ask(business: Business, kept: Kept, closed: list[tuple[Settled, StageReached]], *, now: datetime) -> None:
    settings = settings_at(business, now)
    every, clubs = int(settings["thank_every"]), frozenset(settings["thank_clubs"])
    rows = []
    for each, decision in closed:
        referral, nth = decision.referral, decision.nth
        stage = referral.stages.get(decision.stage)
        if nth is None or not referral.live or stage is None or stage.time is None:
            continue  # closed before it came here, or no longer true at the end of the batch
        referrer = referral.referrer.root()
        member = sorted(clubs & set(referrer.clubs))
        if not member and (every <= 0 or nth % every):
            continue
        facts = {"referral": referral.public_id, "nth": nth, "club": member[0] if member else ""}
        rows.append(
            Todo(
                business=business, public_id=mint_id("tdo", at=now), key=_key(referral), kind=THANK,
                contact_id=kept.contact_pk(referrer), event_id=each.row.pk, facts=facts, created_at=now, due_at=now,
            )
        )  # fmt: skip
    Todo.objects.bulk_create(rows, ignore_conflicts=True)


def _key(referral: Referral) -> str:
    return f"{THANK}:{referral.public_id}"


def add_todo(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``todo.added {contact, text, day}``: somebody of the staff should do this for the customer on that day.

    Raises:
        Invalid: ``text_required``, ``bad_day``.
        NotFound: ``contact_not_found``.
        Refused: ``contact_erased``.
    """
    text = " ".join(str(row.data.get("text") or "").split())
    if not text:
        raise Invalid("text_required", "say what is to be done", pointer="/text")
    contact = living(business, row)
    Todo.objects.create(
        business=business, public_id=mint_id("tdo", at=now), key=f"{NOTE}:{row.external_id}"[:200], kind=NOTE,
        contact=contact, event=row, text=text[:TEXT_LENGTH], created_at=now, due_at=_due(business, row, now=now),
    )  # fmt: skip


def call_back(
    *, business: Business, row: inbox.Event, contact: Contact, phone: str | None, email: str | None, now: datetime
) -> None:
    """Ask for the call that somebody asked for on a public page, with what they left there (R101).

    Args:
        contact: who has this phone number or e-mail address; what else was left is not known to be theirs.
    """
    facts = {"name": str(row.data.get("name") or "")[:200], "phone": phone or "", "email": email or ""}
    Todo.objects.create(
        business=business, public_id=mint_id("tdo", at=now), key=f"{CALL_BACK}:{row.external_id}"[:200],
        kind=CALL_BACK, contact=contact, event=row, facts=facts, created_at=now, due_at=now,
        text=" ".join(str(row.data.get("message") or "").split())[:TEXT_LENGTH],
    )  # fmt: skip


def _due(business: Business, row: inbox.Event, *, now: datetime) -> datetime:
    told = str(row.data.get("day") or "")
    if not told:
        return now
    try:
        day = date.fromisoformat(told)
    except ValueError:
        raise Invalid("bad_day", "write the day as 2026-03-31", pointer="/day") from None
    if not now.year - 1 <= day.year <= now.year + 10:
        raise Invalid("bad_day", "that day is too far away", pointer="/day")
    return midnight(day, ZoneInfo(business.timezone))


def finish_todo(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``todo.done {todo}``: it was done; who and when are kept.

    Raises:
        Conflict: ``todo_is_done``: somebody was faster.
        NotFound: ``todo_not_found``.
    """
    todo = _found(business, row)
    if todo.done_at is not None:
        raise Conflict("todo_is_done", "this was done before", by=todo.done_by)
    todo.done_at, todo.done_by = now, row.actor
    todo.save(update_fields=["done_at", "done_by"])


def reopen_todo(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``todo.reopened {todo}``: it was not done after all.

    Raises:
        Conflict: ``todo_is_open``.
        Refused: ``todo_is_over`` when its referral was removed or is no longer closed.
        NotFound: ``todo_not_found``.
    """
    todo = _found(business, row)
    if todo.done_at is None:
        raise Conflict("todo_is_open", "this is open already")
    if todo.kind == THANK:
        known = referrals.Referral.objects.filter(business=business, public_id=todo.facts.get("referral")).first()
        if known is None or known.removed_at is not None or known.stage not in ("invoiced", "paid"):
            raise Refused("todo_is_over", "the referral it was about no longer counts")
    todo.done_at, todo.done_by = None, ""
    todo.save(update_fields=["done_at", "done_by"])


def _found(business: Business, row: inbox.Event) -> Todo:
    todo = Todo.objects.select_for_update().filter(business=business, public_id=row.data.get("todo")).first()
    if todo is None:
        raise NotFound("todo_not_found", "no to-do of that id")
    return todo
