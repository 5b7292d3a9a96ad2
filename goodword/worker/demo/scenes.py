"""What every office has seen once: names that cannot be taken, a household, a complaint, a wrong referral, a refund."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from goodword.people.models import Contact, Identity
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward, Status
from goodword.worker.demo.people import Person
from goodword.worker.demo.staff import ADMIN, MANAGER
from goodword.worker.demo.story import SOURCE, Done, Telling


def play(telling: Telling, known: list[Person], strangers: list[Person]) -> list[Person]:
    """Add the scenes. ``known`` are customers, ``strangers`` nobody has told of yet; nine of them are used up.

    Returns:
        customers to visit these days, who referred nobody, can be called and read English; among them one who wants
        no letters and the one with the complaint.
    """
    plain = (p for p in known if not p.referrals and p.phone and p.language == "en")
    first = sorted(plain, key=lambda p: p.since or telling.now)
    _refused(telling, first, strangers)
    _household(telling, first[10], strangers.pop(), ago=9)
    for place, ago, status, reason in (
        (20, 205, "issued", "Two doors of one house: real neighbours"), (21, 128, "declined", "They live together"),
    ):  # fmt: skip
        friend = strangers.pop()
        _household(telling, first[place], friend, ago=ago)
        for day in (ago - 5, ago - 6, ago - 7):
            told = partial(_judged, friend.id, status, reason)
            telling.note(Done(telling.day(day, hour=10), "reward.status_changed", told, MANAGER.actor))
    _work_gone_wrong(telling, first, strangers.pop())
    _said(telling, first)
    return [*first[22:24], first[18], first[24], first[16], *first[25:]]


def _refused(telling: Telling, first: list[Person], strangers: list[Person]) -> None:
    for ago, place in ((120, 0), (41, 1), (2, 2)):  # not_new: they have been customers all along
        telling.contact(telling.day(ago), first[place], referred_by={"contact": first[place + 3].id}, how="name")
    spouse, blocked, unknown = strangers.pop(), strangers.pop(), strangers.pop()
    spouse.phone = first[6].phone  # self_referral: one phone number
    telling.contact(telling.day(75), spouse, referred_by={"contact": first[6].id}, how="code")
    telling.contact(telling.day(150), first[7], blocked=True)
    telling.contact(telling.day(60), blocked, referred_by={"contact": first[7].id}, how="link")  # referrer_blocked
    telling.contact(telling.day(40), unknown, referred_by={"code": "ZZZZZZZZ"}, how="code")  # unknown_code
    friend = next(m for m in telling.moments if _brings_a_friend(m))
    twice = friend.raw["data"]["contact"]["external_id"]  # type: ignore[union-attr]  # it is Told: it brings a friend
    told = {"external_id": twice, "referred_by": {"contact": first[8].id}, "how": "name"}
    telling.tell(telling.day(30), "contact.saved", {"contact": told})  # already_referred


def _brings_a_friend(moment: Any) -> bool:
    return "referred_by" in getattr(moment, "raw", {}).get("data", {}).get("contact", {})


def _household(telling: Telling, referrer: Person, friend: Person, *, ago: int) -> None:
    """A friend behind the same door: granted, and listed for a person."""
    friend.address = dict(referrer.address)
    at = telling.day(ago)
    telling.contact(at, friend, referred_by={"contact": referrer.id}, how="name")
    job = telling.next_id("J")
    for days, status in ((1, "consultation"), (3, "booked")):
        telling.job(at + timedelta(days=days), friend, job, status, service="Core aeration", total=9500)


def _work_gone_wrong(telling: Telling, first: list[Person], lead: Person) -> None:
    """A ticket voided, one adjusted, one paid with points nobody has; the wrong referrer; a customer written twice."""
    ticket = telling.ticket(telling.day(48, hour=11), first[11], job=None, service="Mowing", total=5500)
    telling.tell(telling.day(46), "ticket.voided", {"ticket": {"external_id": ticket}})
    ticket = telling.ticket(telling.day(28, hour=11), first[12], job=None, service="Weed treatment", total=15000)
    line = {"kind": "service", "description": "Weed treatment, half the garden", "quantity": 1, "unit_price": 7500}
    told = {"external_id": ticket, "contact": first[12].id, "currency": "USD", "lines": [line], "tenders": []}
    telling.tell(telling.day(26), "ticket.adjusted", {"ticket": told})
    short = [{"type": "points", "amount": 5000}]
    telling.ticket(telling.day(3, hour=10), first[13], job=None, service="Mowing", total=6500, tenders=short)
    wrong = telling.day(36)
    telling.contact(wrong, lead, referred_by={"contact": first[14].id}, how="name")
    telling.job(wrong + timedelta(days=1), lead, telling.next_id("J"), "booked", service="Fertilising", total=8900)
    telling.note(Done(telling.day(33), "referral.removed", lambda: _removal(lead.id), ADMIN.actor))
    double = {"external_id": "C9001", "name": first[15].name, "email": first[15].email}
    telling.tell(telling.day(52, hour=9), "contact.saved", {"contact": double})
    telling.tell(telling.day(51, hour=9), "contact.merged", {"from": "C9001", "into": first[15].id})


def _said(telling: Telling, first: list[Person]) -> None:
    """An open complaint, and three who want no letters."""
    telling.note(Done(telling.day(11), "complaint.changed", lambda: of(first[16].id, open=True)))
    for place, ago in ((17, 200), (18, 90), (19, 14)):
        who = first[place].id
        telling.note(Done(telling.day(ago), "consent.changed", partial(of, who, **STOP)))


STOP: dict[str, Any] = {"channel": "any", "granted": False, "how": "replied STOP"}


# --- what a command asks the database for when its time has come ---------------------------------------------------


def contact_of(external_id: str) -> Contact:
    """Return the demo's contact of that number."""
    found = Identity.objects.select_related("contact").get(
        business__is_demo=True, source=SOURCE, external_id=external_id
    )
    return found.contact


def of(who: str, **more: Any) -> dict[str, Any]:
    return {"contact": contact_of(who).public_id, **more}


def _removal(friend: str) -> dict[str, Any] | None:
    live = Referral.objects.filter(friend=contact_of(friend), removed_at=None).first()
    reason = "The friend was named for the wrong customer on the phone"
    return {"referral": live.public_id, "reason": reason} if live else None


def _judged(friend: str, status: str, reason: str) -> dict[str, Any] | None:
    """A person looked at a match within a household: one reward of it."""
    waiting = Reward.objects.filter(referral__friend=contact_of(friend), review=True, status=Status.PENDING)
    reward = waiting.order_by("pk").first()
    return {"reward": reward.public_id, "status": status, "reason": reason} if reward is not None else None
