"""The worker's loop: settle, deliver, keep the clock; a sign of life every few seconds; never a fault that ends it."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from goodword.business.models import Business, Heartbeat
from goodword.errors import Refused
from goodword.flow.bringing import Paused, carry_on, to_carry_on
from goodword.flow.bringing_file import drop_old
from goodword.flow.clock import keep_time
from goodword.flow.deliver import deliver
from goodword.flow.settle import settle
from goodword.flow.vouchers.guarding import forget_guesses
from goodword.inbox.models import Event, Import, State

logger = logging.getLogger(__name__)
BATCH = 500  # events settled in one transaction
BEAT_EVERY = timedelta(seconds=5)
BREATHE_EVERY = timedelta(seconds=1)  # between two rounds of everything else, while a table is brought in
CLOCK_EVERY = timedelta(seconds=30)
PAUSES = (0.1, 0.25, 0.5, 1.0, 2.0)  # seconds; longer the longer there was nothing to do
FAULT_PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)


def work(
    *, stopping: threading.Event, once: bool = False, now: Callable[[], datetime] = timezone.now, name: str = ""
) -> int:
    """Work until ``stopping`` is set; what is in hand is finished first. Return how much was done.

    Args:
        once: do what is due now, in as many rounds as it takes, and return.
        now: the clock.
        name: of the heartbeat; default: of this machine.
    """
    worker = Worker(stopping, now=now, name=name or f"worker@{socket.gethostname()}"[:60])
    done = idle = faults = 0
    while not stopping.is_set():
        try:
            did = worker.turn()
            faults = 0
        except DatabaseError:
            if once:
                raise
            logger.exception("the database does not answer as it should; trying again")
            connection.close()
            faults += 1
            stopping.wait(FAULT_PAUSES[min(faults, len(FAULT_PAUSES)) - 1])
            continue
        done += did
        if once and not did:
            break
        idle = 0 if did else idle + 1
        if not did:
            stopping.wait(PAUSES[min(idle, len(PAUSES)) - 1])
    connection.close()
    return done


class Worker:
    """One worker: what it has seen and when it last gave a sign of life."""

    def __init__(self, stopping: threading.Event, *, now: Callable[[], datetime], name: str) -> None:
        self._stopping = stopping
        self._now = now
        self._name = name
        self._beaten: datetime | None = None
        self._clocked: datetime | None = None
        self._rounded: datetime | None = None

    def turn(self) -> int:
        """Do one round of everything and return how much was done. A fault in one business spares the others."""
        done = self._duties()
        for import_ in to_carry_on(now=self._now()):
            done += self._guarded(lambda _: self._bring(import_), import_.business)  # noqa: B023 - called at once
        return done

    def _duties(self) -> int:
        """Do one round of what others wait for: events, messages, the clock."""
        self._beat()
        done = 0
        for business in self._with_events():
            done += self._guarded(self._settle, business)
        if not self._stopping.is_set():
            done += deliver(now=self._now(), stopping=self._stopping.is_set)
        if self._clocked is None or self._now() - self._clocked >= CLOCK_EVERY:
            self._clocked = self._now()
            for business in Business.objects.order_by("pk"):
                done += self._guarded(self._keep_time, business)
            drop_old(now=self._now())
            forget_guesses(now=self._now())
        return done

    def _with_events(self) -> list[Business]:
        due = Event.objects.filter(state=State.RECORDED, due_at__lte=self._now()).order_by()
        return list(Business.objects.filter(pk__in=due.values("business")).order_by("pk"))

    def _guarded(self, do: Callable[[Business], int], business: Business) -> int:
        if self._stopping.is_set():
            return 0
        self._beat()
        try:
            return do(business)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("a fault while working for %s; the others go on", business.slug)
            return 0

    def _settle(self, business: Business) -> int:
        return settle(business=business, now=self._now(), limit=BATCH)

    def _bring(self, import_: Import) -> int:
        """Work on a table that is brought in, and between its batches do the round of everything else."""
        try:
            carry_on(import_, clock=self._now, told=self._breathe)
        except Paused:
            return 0
        except Refused as refusal:
            logger.warning("import %s of %s: %s", import_.number, import_.business.slug, refusal.detail)
        return 1

    def _breathe(self, _: Import) -> None:
        if self._stopping.is_set():
            raise Paused
        if self._rounded is None or self._now() - self._rounded >= BREATHE_EVERY:
            self._duties()
            self._rounded = self._now()

    def _keep_time(self, business: Business) -> int:
        return keep_time(business=business, now=self._now())

    def _beat(self) -> None:
        now = self._now()
        if self._beaten is None or now - self._beaten >= BEAT_EVERY:
            self._beaten = now
            Heartbeat.objects.update_or_create(name=self._name, defaults={"seen_at": now, "note": f"pid {os.getpid()}"})
