"""What the people of the office do in the course of the year: hand out, thank, ask, agree, tidy up."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from goodword.business import keys
from goodword.business.models import Business, Membership, User
from goodword.flow import admitting, inviting_now
from goodword.flow.hand_sending import hand_key
from goodword.flow.submit import submit
from goodword.outbox.models import Message, State
from goodword.people.models import Todo
from goodword.reports.waiting import closing_key, open_problems
from goodword.rewards.models import Reward, Status
from goodword.worker.demo.firm import go_public
from goodword.worker.demo.people import Person
from goodword.worker.demo.scenes import contact_of, of
from goodword.worker.demo.staff import ADMIN, MANAGER, OFFICE, OWNER, SECOND, TECHNICIAN, VIEWER, Member
from goodword.worker.demo.story import DAYS, SOURCE, Acted, Done, Opened, Telling

ALIASES = ("Lawn Ranger", "The corner house", "Sunny side", "", "", "Green thumb")  # "": initials do
NOTES = (  # days ago it was written, for how many days later, done?
    (34, 2, True, "Call back about the gate code"),
    (19, 1, True, "Send the aeration dates for spring"),
    (6, 1, True, "Thank them for the photo of the finished lawn"),
    (3, 3, False, "Ring about the sprinkler quote; best after four"),
    (1, 4, False, "Take a thank-you card along to the next visit"),
)
OWN_WORDS = """Hi {first_name}, it is the crew of {business}. We are glad you like your lawn!
If a neighbour asks who looks after it, this is your own link to pass on: {link}
They get 10% off, and we thank you with credit for your next visit."""


def play(telling: Telling, known: list[Person]) -> None:
    """Add what the staff did. ``known`` are the customers."""
    leaders = sorted(known, key=lambda p: -p.referrals)
    _keys(telling)
    _handed_out(telling)
    _passed_on(telling, leaders[:22])
    _public(telling, leaders)
    _todos(telling, leaders)
    _own_ways(telling, leaders[0])
    _people(telling)
    for ago in (98, 55, 27, 13):
        telling.note(Acted(telling.day(ago, hour=16), _see_to_problems))
    telling.note(Acted(telling.now - timedelta(minutes=25), _sent_by_hand))


def _keys(telling: Telling) -> None:
    """The job system has a key; that of an old form was ended."""
    scopes = {SOURCE: ["contacts:write", "events:write", "referrals:read"], "website": ["events:write"]}
    for ago, name, source in ((DAYS - 1, "Fieldbook", SOURCE), (DAYS - 2, "Old website form", "website")):
        made = partial(_make_key, name=name, source=source, scopes=scopes[source])
        telling.note(Acted(telling.day(ago, hour=9), made))
    telling.note(Acted(telling.day(140, hour=11), _end_key))
    telling.note(Acted(telling.now - timedelta(minutes=3), _use_key))


def _handed_out(telling: Telling) -> None:
    """The office hands out what waits for a person once a week; what is young waits still."""
    for ago in range(336, 12, -7):
        at = telling.day(ago, hour=16)
        for kind in ("gift_card", "custom", "cash", "gift_card", "custom", "cash", "gift_card", "gift_card"):
            who = (OFFICE, MANAGER)[ago % 2].actor
            telling.note(Done(at, "reward.status_changed", partial(_hand_out, kind, at), who))
        if ago > 40:
            told = partial(_once, "custom", "declined", "Moved to another state; we sent a card")
            telling.note(Done(telling.day(ago, hour=15), "reward.status_changed", told, MANAGER.actor))
    told = partial(_once, "service_credit", "reversed", "Granted twice for one house")
    telling.note(Done(telling.day(47, hour=10), "reward.status_changed", told, ADMIN.actor))


def _passed_on(telling: Telling, referrers: list[Person]) -> None:
    ways = (
        ("technician", "qr", TECHNICIAN), ("technician", "qr", SECOND), ("technician", "sms", TECHNICIAN),
        ("staff", "copy", OFFICE), ("staff", "whatsapp", OFFICE), ("customer", "whatsapp", None),
        ("customer", "sms", None),
    )  # fmt: skip
    for place in range(112):
        at = telling.day(telling.chance.randint(3, 320))
        there = [p.id for p in referrers if p.since is not None and p.since < at - timedelta(days=3)]
        if not there:
            continue
        who, (source, channel, member) = telling.chance.choice(there), ways[place % len(ways)]
        shared = partial(of, who, source=source, channel=channel)
        telling.note(Done(at, "link.shared", shared, member.actor if member else "customer", looks=False))
        for later in range(telling.chance.randint(0, 3)):
            telling.note(Opened(at + timedelta(hours=3 + later * 20), who))
    for place, ago in enumerate((160, 121, 83, 52, 30, 17)):
        asked = partial(_ask, referrers[(place * 3 + 4) % len(referrers)].id, telling.day(ago, hour=15))
        telling.note(Done(telling.day(ago, hour=15), "invitation.requested", asked, TECHNICIAN.actor))


def _public(telling: Telling, leaders: list[Person]) -> None:
    """Some like to stand on the public leaderboard, by a name of their own; one would rather not."""
    for place, (person, alias) in enumerate(zip(leaders, ALIASES, strict=False)):
        agreed = partial(of, person.id, channel="leaderboard", granted=place != 4, how="asked on the phone")
        telling.note(Done(telling.day(70 - place * 6, hour=11), "consent.changed", agreed))
        if alias:
            named = partial(of, person.id, alias=alias)
            telling.note(Done(telling.day(70 - place * 6, hour=12), "alias.changed", named))


def _todos(telling: Telling, leaders: list[Person]) -> None:
    for place, (ago, later, done, text) in enumerate(NOTES):
        day = (telling.today - timedelta(days=ago - later)).isoformat()
        told = partial(of, leaders[place * 2 + 3].id, text=text, day=day)
        telling.note(Done(telling.day(ago, hour=13), "todo.added", told))
        if done:
            telling.note(Acted(telling.day(ago - later, hour=17), partial(_finish_note, text=text)))
    for ago in range(340, 44, -5):
        who = (OFFICE, MANAGER, OWNER)[ago % 3].actor
        telling.note(Acted(telling.day(ago, hour=14), partial(_thank, actor=who)))


def _own_ways(telling: Telling, star: Person) -> None:
    """The best referrer, who sells houses, has an agreement of their own; the ask is in the owner's words."""
    own = {"give": "cash", "amount": "60.00"}
    agreed = {"programme": "neighbours", "rule": "paid", "own": own}
    telling.note(Done(telling.day(110, hour=10), "exception.added", partial(of, star.id, **agreed), OWNER.actor))
    words = {"template": "referral_invitation", "language": "en", "subject": "A neighbour with a tired lawn?"}
    words["body"] = OWN_WORDS
    telling.note(Done(telling.day(45, hour=8), "wording.changed", lambda: words, OWNER.actor))


def _people(telling: Telling) -> None:
    """A promotion, an open invitation, and who signed in lately."""
    telling.note(Acted(telling.day(190, hour=9), _promote))
    telling.note(Acted(telling.day(75, hour=9), go_public))
    telling.note(Acted(telling.day(2, hour=15), _invite))
    for ago in range(6, 0, -1):
        for place, member in enumerate((OFFICE, TECHNICIAN, MANAGER, SECOND, ADMIN, VIEWER)):
            if (ago + place) % 3 == 0:
                at = telling.day(ago, hour=7)
                telling.note(Acted(at, partial(_sign_in, member=member)))


# --- what they do when its time has come -----------------------------------------------------------------------------


def _hand_out(kind: str, at: datetime) -> dict[str, Any] | None:
    waiting = Reward.objects.filter(business__is_demo=True, kind=kind, status__in=[Status.PENDING, Status.ISSUED])
    reward = waiting.filter(at__lte=at - timedelta(days=9), review=False).order_by("at", "pk").first()
    if reward is None:
        return None
    if reward.status == Status.PENDING:
        return {"reward": reward.public_id, "status": "issued", "reason": "Arranged with the customer"}
    return {"reward": reward.public_id, "status": "redeemed", "reason": "Handed over"}


def _once(kind: str, status: str, reason: str) -> dict[str, Any] | None:
    """Take the newest back that still can be, unless that was done to one before."""
    ours = Reward.objects.filter(business__is_demo=True, kind=kind)
    was = Status.PENDING if status == "declined" else Status.ISSUED
    reward = ours.filter(status=was, review=False, reversed_units=0).order_by("-at", "-pk").first()
    if reward is None or ours.filter(changes__reason=reason).exists():
        return None
    return {"reward": reward.public_id, "status": status, "reason": reason}


def _ask(who: str, at: datetime) -> dict[str, Any] | None:
    contact = contact_of(who)
    if inviting_now.why_not(business=contact.business, contact=contact, now=at):
        return None
    return {"contact": contact.public_id, "source": "technician"}


def _thank(business: Business, now: datetime, *, actor: str) -> None:
    waiting = Todo.objects.filter(business=business, done_at=None, kind="thank", created_at__lte=now)
    for todo in waiting.order_by("pk"):
        submit(business=business, type="todo.done", data={"todo": todo.public_id}, actor=actor, now=now)


def _finish_note(business: Business, now: datetime, *, text: str) -> None:
    todo = Todo.objects.get(business=business, kind="note", text=text, done_at=None)
    submit(business=business, type="todo.done", data={"todo": todo.public_id}, actor=OFFICE.actor, now=now)


def _see_to_problems(business: Business, now: datetime) -> None:
    for row in open_problems(business).order_by("pk"):
        key = closing_key(row.pk)
        data = {"decision": row.pk}
        submit(business=business, type="problem.closed", data=data, actor=OFFICE.actor, now=now, key=key)


def _sent_by_hand(business: Business, now: datetime) -> None:
    """Two of the texts that are kept here were sent from the office's own phone."""
    for message in Message.objects.filter(business=business, state=State.LOCAL).order_by("pk")[:2]:
        key = hand_key(message.public_id)
        data = {"message": message.public_id}
        submit(business=business, type="message.sent_by_hand", data=data, actor=OFFICE.actor, now=now, key=key)


def _make_key(business: Business, now: datetime, *, name: str, source: str, scopes: list[str]) -> None:
    admitting.make_key(business=business, name=name, source=source, scopes=scopes, actor=ADMIN.actor, now=now)


def _end_key(business: Business, now: datetime) -> None:
    key = business.api_keys.get(source="website")
    submit(business=business, type="key.revoked", data={"key": str(key.pk)}, actor=ADMIN.actor, now=now)


def _use_key(business: Business, now: datetime) -> None:
    keys.note_use(key=business.api_keys.get(source=SOURCE), now=now)


def _sign_in(business: Business, now: datetime, *, member: Member) -> None:
    User.objects.filter(email=member.email).update(last_login=now)  # as signing in does
    submit(business=business, type="person.signed_in", data={"two_step": False}, actor=member.actor, now=now)


def _promote(business: Business, now: datetime) -> None:
    seat = Membership.objects.get(business=business, user__email=MANAGER.email)
    data = {"member": str(seat.pk), "role": "manager"}
    submit(business=business, type="member.role_changed", data=data, actor=OWNER.actor, now=now)


def _invite(business: Business, now: datetime) -> None:
    admitting.invite(
        business=business, email="jordan.price@mail.example", role="technician", language="en", actor=OWNER.actor,
        now=now,
    )  # fmt: skip
