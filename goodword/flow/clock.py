"""What time itself does to value: holds end, value lapses. Each action is an event with a key its cause determines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from goodword.business.models import Business
from goodword.engine.rules.gifts import GIFTS
from goodword.flow import clock_events, voucher_telling
from goodword.flow.settle import hold, in_turn
from goodword.inbox.models import Event
from goodword.ledger import reading, recipes
from goodword.ledger.lots import OpenLot, Portion
from goodword.ledger.opening import book_of
from goodword.ledger.posting import post
from goodword.ledger.recipes import Cause
from goodword.people.models import Contact, WalletOwner
from goodword.rewards.models import Reward, Status, StatusChange
from goodword.vouchers.models import State, Voucher

BATCH = 200
ROUNDS = 10
AUTOMATIC = sorted(kind for kind, gift in GIFTS.items() if gift.fulfilment == "automatic")


def keep_time(*, business: Business, now: datetime) -> int:
    """Do for a business what is due at ``now``; return how many actions. Bounded: the rest waits for the next call."""
    done = 0
    for act in (hold_over, lapse, voucher_telling.remind, voucher_telling.deliver_gifts):
        for _ in range(ROUNDS):
            did = act(business=business, now=now)
            done += did
            if did < BATCH:
                break
    return done


def hold_over(*, business: Business, now: datetime) -> int:
    """Issue the rewards whose hold is over: ``pending`` → ``issued``. No value moves: the lot has its own date.

    What waits for a person (a review, a voucher, a gift card, a pay-out, a favour) goes on waiting.
    """
    due = Reward.objects.filter(
        business=business, status=Status.PENDING, review=False, kind__in=AUTOMATIC, available_at__lte=now
    ).order_by("available_at", "pk")  # fmt: skip
    if not due.exists():  # an idle worker takes no lock
        return 0
    with transaction.atomic():
        latest = hold(business)
        rewards = list(due.select_for_update(no_key=True, of=("self",))[:BATCH])
        now = in_turn(business, latest, now=now) if rewards else now
        Event.objects.bulk_create(
            clock_events.row(
                business=business, type="reward.available", key=f"available:{r.public_id}", time=r.available_at,
                data={"reward": r.public_id}, now=now,
            )
            for r in rewards
        )  # fmt: skip
        for reward in rewards:
            reward.status, reward.issued_at = Status.ISSUED, reward.available_at
        Reward.objects.bulk_update(rewards, ["status", "issued_at"], batch_size=100)
        _changed(rewards, was=Status.PENDING, status=Status.ISSUED, now=now, reason="the hold is over")
    return len(rewards)


def lapse(*, business: Business, now: datetime) -> int:
    """Let what has reached ``expires_at`` lapse, dated then even when it is late (rulings 32).

    A reward of which nothing is left becomes ``expired``. A late event dated before the expiry may bring value back;
    what is left then lapses again, under a key of its own.
    """
    book = book_of(business=business.pk)
    if not reading.lots_to_lapse(book=book, at=now, limit=1):
        return 0
    with transaction.atomic():
        latest = hold(business)
        lots = _locked(business, book, now=now)
        if not lots:
            return 0
        now = in_turn(business, latest, now=now)
        events = _lapse_events(business, lots, now=now)
        postings = [
            recipes.lapse(
                cause=Cause(event.external_id, event.time, event.pk, "expired"), portions=[Portion(lot.id, lot.units)],
                asset=lot.asset,
            )
            for lot, event in zip(lots, events, strict=True)
        ]  # fmt: skip
        post(book=book, postings=postings, now=now)
        _expire(business, [lot.id for lot in lots], now=now)
        _end_vouchers(business, lots)
    return len(lots)


def _locked(business: Business, book: int, *, now: datetime) -> list[OpenLot]:
    """Lock the holders in id order, as redeeming does, and read again what is left (rulings 21)."""
    seen = reading.lots_to_lapse(book=book, at=now, limit=BATCH)
    wallets = {lot.wallet for lot in seen}
    owners = WalletOwner.objects.filter(business=business, wallet__in=wallets, until=None)
    holders = sorted(set(owners.values_list("contact_id", flat=True)))
    list(Contact.objects.select_for_update(no_key=True).filter(pk__in=holders).order_by("pk").values_list("pk"))
    named = Voucher.objects.filter(business=business, lot__in=[lot.id for lot in seen]).order_by("pk")
    list(named.select_for_update(no_key=True).values_list("pk"))
    again = reading.lots(book=book, ids=[lot.id for lot in seen])
    return [lot for lot in again if lot.units > 0 and lot.state(now) == "lapsed"]


def _lapse_events(business: Business, lots: Sequence[OpenLot], *, now: datetime) -> list[Event]:
    events = []
    lapsed_before = _times_lapsed(business, [lot.id for lot in lots])
    for lot in lots:
        assert lot.terms.expires_at is not None
        key = f"lapse:{lot.id}:{lapsed_before.get(lot.id, 0)}"
        data = {"lot": lot.id, "units": lot.units, "asset": lot.asset}
        events.append(
            clock_events.row(
                business=business, type="value.lapsed", key=key, time=lot.terms.expires_at, data=data, now=now
            )
        )
    return Event.objects.bulk_create(events)


def _times_lapsed(business: Business, lots: Sequence[int]) -> dict[int, int]:
    """Return how often each of these has lapsed before: more than never only after a late event brought it back."""
    times: dict[int, int] = {}
    asked, nth = list(lots), 0
    while asked:
        keys = {f"lapse:{lot}:{nth}": lot for lot in asked}
        known = Event.objects.filter(business=business, source=clock_events.SOURCE, external_id__in=keys)
        asked = [keys[key] for key in known.values_list("external_id", flat=True)]
        nth += 1
        times |= dict.fromkeys(asked, nth)
    return times


def _expire(business: Business, lots: Sequence[int], *, now: datetime) -> None:
    live = Reward.objects.filter(business=business, lot__in=lots, status__in=[Status.PENDING, Status.ISSUED])
    for was in (Status.PENDING, Status.ISSUED):
        rewards = list(live.filter(status=was).order_by("pk"))
        Reward.objects.filter(pk__in=[r.pk for r in rewards]).update(status=Status.EXPIRED)
        _changed(rewards, was=was, status=Status.EXPIRED, now=now, reason="it was not used in time")


def _end_vouchers(business: Business, lots: Sequence[OpenLot]) -> None:
    live = Voucher.objects.filter(business=business, lot__in=[lot.id for lot in lots])
    live.filter(state__in=[State.ACTIVE, State.BOOKED]).update(state=State.EXPIRED, ended_at=F("expires_at"))


def _changed(rewards: Sequence[Reward], *, was: str, status: str, now: datetime, reason: str) -> None:
    StatusChange.objects.bulk_create(
        [StatusChange(reward=r, status=status, was=was, at=now, actor="clock", reason=reason) for r in rewards],
        batch_size=200,
    )
