"""Send what is due. No transaction is open around the network.

A message is claimed for ``LEASE``, begun (an attempt is counted), handed over, marked. When the worker dies between the
handing over and the mark, that one message is sent again after the lease; no other can be. What was claimed and not
begun is sent after the lease too, or at once when the stop was graceful. Before it leaves, a message has to be still
true and still wanted: an opt-out, a complaint or a reversal after it was queued stops it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F, QuerySet

from goodword.business.reading import settings_at
from goodword.flow import reminding, voucher_telling
from goodword.flow.checking_out import Verdict, verdicts
from goodword.flow.enclosing import Enclosing, tell_unmade
from goodword.flow.inviting import ASKING, INVITATION
from goodword.outbox.channels import CHANNELS
from goodword.outbox.channels.kind import Outcome, Undeliverable
from goodword.outbox.models import Message, State
from goodword.outbox.quiet import out_of_quiet
from goodword.referrals.models import Share

logger = logging.getLogger(__name__)
BATCH = 20
LEASE = timedelta(minutes=10)  # longer than a batch takes when every server times out
ATTEMPTS = 6
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360))


def deliver(*, now: datetime, stopping: Callable[[], bool] = lambda: False, limit: int = BATCH) -> int:
    """Send the messages that are due, the oldest first; return how many were dealt with.

    Args:
        stopping: asked before each message; when it says so, the rest is given back untouched.
        limit: at most this many.
    """
    claimed = _claim(now=now, limit=limit)
    if not claimed:
        return 0
    told = {pk: settings_at(business, now) for pk, business in {m.business_id: m.business for m in claimed}.items()}
    judged = verdicts(messages=claimed, settings=told, now=now)
    done = 0
    for place, message in enumerate(claimed):
        if stopping():
            _give_back(claimed[place:], now=now)
            break
        settings = told[message.business_id]
        awake = out_of_quiet(
            now, zone=ZoneInfo(message.business.timezone), quiet_from=settings["quiet_from"],
            quiet_until=settings["quiet_until"],
        )  # fmt: skip
        verdict = judged[message.pk]
        if verdict.state != State.QUEUED:
            _ours(message, now=now).update(state=verdict.state, note=verdict.note, due_at=message.due_at)
        elif awake > now:
            _ours(message, now=now).update(due_at=awake)
        else:
            _send(message, verdict, sender=str(settings["sender_name"]) or message.business.name, now=now)
        done += 1
    return done


def _claim(*, now: datetime, limit: int) -> list[Message]:
    """Take messages for ``LEASE`` and return them as they were; nobody else gets them meanwhile."""
    due = Message.objects.filter(state=State.QUEUED, due_at__lte=now).order_by("due_at", "pk")
    if not due.exists():  # an idle worker takes no lock
        return []
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        found = list(due.select_related("business", "contact", "event")[:limit])
        Message.objects.filter(pk__in=[m.pk for m in found]).update(due_at=now + LEASE)
    return found


def _ours(message: Message, *, now: datetime) -> QuerySet[Message]:
    """Return the message as a query that finds it only while our claim on it stands."""
    return Message.objects.filter(pk=message.pk, state=State.QUEUED, due_at=now + LEASE)


def _give_back(messages: Sequence[Message], *, now: datetime) -> None:
    for message in messages:
        _ours(message, now=now).update(due_at=message.due_at)


def _send(message: Message, verdict: Verdict, *, sender: str, now: datetime) -> None:
    if message.attempts >= ATTEMPTS:  # its sending ended the worker that often
        _ours(message, now=now).update(state=State.SET_ASIDE, note="the worker ended each time while sending it")
        return
    if not _ours(message, now=now).update(attempts=F("attempts") + 1, to=verdict.to):
        return  # cancelled, or taken over after our claim ran out
    message.attempts, message.to = message.attempts + 1, verdict.to
    enclosing = Enclosing(message)
    try:
        message.body = voucher_telling.readable(message)  # of this copy alone, which is never saved
        outcome = CHANNELS[message.channel](message, sender=sender, reply_to=message.business.email, enclosed=enclosing)
    except Undeliverable as refusal:
        _ours(message, now=now).update(state=State.SET_ASIDE, note=str(refusal)[:500])
    except Exception as fault:  # noqa: BLE001 - whatever a server or a library does, the line goes on
        logger.warning("message %s could not be sent: %s", message.public_id, type(fault).__name__)
        _failed(message, fault, now=now)
    else:
        _sent(message, outcome, unmade=enclosing.fault, now=now)


def _failed(message: Message, fault: Exception, *, now: datetime) -> None:
    first = (str(fault).strip().splitlines() or [""])[0]
    note = f"attempt {message.attempts}: {type(fault).__name__}: {first}"[:500]
    if message.attempts >= ATTEMPTS:
        _ours(message, now=now).update(state=State.SET_ASIDE, note=note)
    else:
        _ours(message, now=now).update(due_at=now + BACK_OFF[message.attempts - 1], note=note)


def _sent(message: Message, outcome: Outcome, *, unmade: str, now: datetime) -> None:
    """Mark it, count the link as passed on by the system (R123), and put the next word of the sequence in line.

    ``unmade``: why a file that goes with it is missing.
    """
    with transaction.atomic():
        marked = _ours(message, now=now).update(state=State(outcome), sent_at=now, note="")
        if marked:
            follow_up(message=message, unmade=unmade, now=now)


def follow_up(*, message: Message, now: datetime, unmade: str = "") -> None:
    """Do what follows from a message that has left; in the caller's transaction."""
    noted = voucher_telling.left(message=message, now=now)
    if unmade and noted is not None:
        tell_unmade(message=message, event=noted, fault=unmade)
    if message.template not in ASKING:
        return
    if not _by_hand(message):  # then it was counted, with who did it, when it was put in line
        Share.objects.create(
            business=message.business, contact=message.contact, source="automatic", channel=message.channel, at=now
        )
    reminding.plan(message=message, now=now)


def _by_hand(message: Message) -> bool:
    """Say whether a person sent this invitation (``invitation.requested``)."""
    event = message.event
    return message.template == INVITATION and event is not None and event.type == "invitation.requested"
