"""What every office has seen once: names that cannot be taken, a household, a complaint, a wrong referral, a refund."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from goodword.people.models import Contact, Identity
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward, Status
from goodword.worker.demo.people import Person
from goodword.worker.demo.story import SOURCE, Done, Opened, Telling

OWNER = "demo@goodword.example"


def play(telling: Telling, known: list[Person], strangers: list[Person]) -> None:
    """Add the scenes. ``known`` are customers, ``strangers`` nobody has told of yet (at least eight)."""
    first = sorted((p for p in known if not p.referrals), key=lambda p: p.since or telling.now)
    _refused(telling, first, strangers)
    _household(telling, first[10], strangers[3])
    _work_gone_wrong(telling, first, strangers[4])
    _said(telling, first)
    _fulfilled(telling)
    _passed_on(telling, sorted(known, key=lambda p: -p.referrals)[:20])
    _these_days(telling, known, strangers)


def _refused(telling: Telling, first: list[Person], strangers: list[Person]) -> None:
    for ago, place in ((120, 0), (21, 1), (2, 2)):  # not_new: they have been customers all along
        telling.contact(telling.day(ago), first[place], referred_by={"contact": first[place + 3].id}, how="name")
    spouse = strangers[0]
    spouse.phone = first[6].phone  # self_referral: one phone number
    telling.contact(telling.day(75), spouse, referred_by={"contact": first[6].id}, how="code")
    telling.contact(telling.day(150), first[7], blocked=True)
    telling.contact(telling.day(60), strangers[1], referred_by={"contact": first[7].id}, how="link")  # referrer_blocked
    telling.contact(telling.day(40), strangers[2], referred_by={"code": "ZZZZZZZZ"}, how="code")  # unknown_code
    friend = next(m for m in telling.moments if _brings_a_friend(m))
    twice = friend.raw["data"]["contact"]["external_id"]  # type: ignore[union-attr]  # it is Told: it brings a friend
    told = {"external_id": twice, "referred_by": {"contact": first[8].id}, "how": "name"}
    telling.tell(telling.day(30), "contact.saved", {"contact": told})  # already_referred


def _brings_a_friend(moment: Any) -> bool:
    return "referred_by" in getattr(moment, "raw", {}).get("data", {}).get("contact", {})


def _household(telling: Telling, referrer: Person, friend: Person) -> None:
    """A friend behind the same door: granted, and listed for a person."""
    friend.address = dict(referrer.address)
    at = telling.day(9)
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
    telling.note(Done(telling.day(33), "referral.removed", lambda: _removal(lead.id), OWNER))
    double = {"external_id": "C9001", "name": first[15].name, "email": first[15].email}
    telling.tell(telling.day(52, hour=9), "contact.saved", {"contact": double})
    telling.tell(telling.day(51, hour=9), "contact.merged", {"from": "C9001", "into": first[15].id})


def _said(telling: Telling, first: list[Person]) -> None:
    """An open complaint, and three who want no letters."""
    telling.note(Done(telling.day(11), "complaint.changed", lambda: _of(first[16].id, open=True)))
    for place, ago in ((17, 200), (18, 90), (19, 14)):
        who = first[place].id
        telling.note(Done(telling.day(ago), "consent.changed", partial(_of, who, **STOP)))


STOP: dict[str, Any] = {"channel": "any", "granted": False, "how": "replied STOP"}


def _fulfilled(telling: Telling) -> None:
    """The office hands out what waits for a person, every three weeks; what is young waits still."""
    for ago in range(330, 12, -21):
        at = telling.day(ago, hour=16)
        for kind in ("custom", "gift_card", "custom", "gift_card"):
            telling.note(Done(at, "reward.status_changed", partial(_hand_out, kind, at)))


def _passed_on(telling: Telling, referrers: list[Person]) -> None:
    for place in range(66):
        at = telling.day(telling.chance.randint(0, 300))
        there = [p.id for p in referrers if p.since is not None and p.since < at - timedelta(days=3)]
        if not there:
            continue
        who = there[place % len(there)]
        source = ("technician", "customer", "customer", "staff")[place % 4]
        channel = ("qr", "whatsapp", "sms", "copy")[place % 4]
        data = {"source": source, "channel": channel}
        shared = partial(_of, who, **data)
        telling.note(Done(at, "link.shared", shared, "tech@goodword.example", looks=False))
        telling.note(Opened(at + timedelta(hours=3), who))


def _these_days(telling: Telling, known: list[Person], strangers: list[Person]) -> None:
    """Something for the last two days, whatever the hour at which the demo is loaded."""
    star = max(known, key=lambda p: p.referrals)
    for hours, friend, status in ((44, strangers[5], "booked"), (20, strangers[6], "consultation")):
        at = telling.now - timedelta(hours=hours)
        telling.contact(at, friend, referred_by={"contact": star.id}, how="link")
        job = telling.next_id("J")
        telling.job(at + timedelta(hours=1), friend, job, "consultation", service="Core aeration", total=9500)
        if status == "booked":
            telling.job(at + timedelta(hours=4), friend, job, status, service="Core aeration", total=9500)
    for back, person in enumerate(p for p in known[:60:6] if not p.referrals):
        done = telling.now - timedelta(hours=30 - back * 2)
        job = telling.next_id("J")
        telling.job(done, person, job, "completed", service="Mowing", total=5500)
        if back % 3:
            telling.survey(done + timedelta(hours=2), person, job, 5 if back % 2 else 4)
    at = telling.now - timedelta(hours=2)
    telling.note(Opened(at - timedelta(minutes=4), star.id))
    telling.note(Done(at, "callback.requested", lambda: _call_back(star.id), "visitor"))


# --- what a command asks the database for when its time has come ---------------------------------------------------


def contact_of(external_id: str) -> Contact:
    """Return the demo's contact of that number."""
    found = Identity.objects.select_related("contact").get(
        business__is_demo=True, source=SOURCE, external_id=external_id
    )
    return found.contact


def _of(who: str, **more: Any) -> dict[str, Any]:
    return {"contact": contact_of(who).public_id, **more}


def _removal(friend: str) -> dict[str, Any] | None:
    live = Referral.objects.filter(friend=contact_of(friend), removed_at=None).first()
    reason = "The friend was named for the wrong customer on the phone"
    return {"referral": live.public_id, "reason": reason} if live else None


def _hand_out(kind: str, at: datetime) -> dict[str, Any] | None:
    waiting = Reward.objects.filter(business__is_demo=True, kind=kind, status__in=[Status.PENDING, Status.ISSUED])
    reward = waiting.filter(at__lte=at - timedelta(days=45), review=False).order_by("at", "pk").first()
    if reward is None:
        return None
    if reward.status == Status.PENDING:
        return {"reward": reward.public_id, "status": "issued", "reason": "Arranged with the customer"}
    return {"reward": reward.public_id, "status": "redeemed", "reason": "Handed over"}


def _call_back(referrer: str) -> dict[str, Any]:
    words = "Could you look at my back yard this week?"
    return {"code": contact_of(referrer).code, "name": "Robin Castle", "phone": "(505) 555-0144", "message": words}
