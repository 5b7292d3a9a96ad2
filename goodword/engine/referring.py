"""Who referred whom: attribution, its refusals, removal (rulings 9, 13, 16, 17, 42)."""

from __future__ import annotations

from goodword.codes import normalise
from goodword.engine.contacts import find_or_make, reaches
from goodword.engine.decide import Steps, Turn, take_back_units
from goodword.engine.decisions import Attributed, AttributionRefused, Decision, ReferralRemoved, StageReached
from goodword.engine.events import Event, ReferredBy
from goodword.engine.records import Arrival, Contact, Pin, Referral, Revision, Stage
from goodword.engine.stages import next_ordinal, no_facts, reach_stages, turns_of
from goodword.engine.world import World


def attribute(world: World, event: Event, friend: Contact, named: ReferredBy, how: str | None) -> Steps:
    """Save who referred ``friend``, or say why not; naming the same referrer again changes nothing."""
    how = how or ("code" if named.code else "name")
    if named.code is not None:
        code = normalise(named.code)
        holder = world.codes.get(code)
        referrer = holder.root() if holder else None
        if referrer is None:
            why = "code_withdrawn" if code in world.resting else "unknown_code"
            return Steps([AttributionRefused(why, friend, None, how)])
    elif named.contact is not None:
        referrer = find_or_make(world, event.source, named.contact)
    else:
        return Steps()
    return attribute_to(world, event, friend, referrer, how)


def attribute_to(world: World, event: Event, friend: Contact, referrer: Contact, how: str) -> Steps:
    """Save that ``referrer`` brought ``friend``, with the pins and the newness of the friend's first arrival."""
    if friend.referral is not None and friend.referral.referrer.root() is referrer:
        return Steps()
    arrival = friend.arrival or _arrival(world, event, friend, referrer)
    refusal, household = _refusal(world, friend, referrer, arrival)
    if refusal:
        return Steps([AttributionRefused(refusal, friend, referrer, how)])
    if friend.arrival is None:
        friend.arrival = arrival
    pins = [Pin(p.revision, _eligible(p.revision, referrer)) for p in arrival.pins]
    referral = Referral(
        friend=friend, referrer=referrer, how=how, arrived_at=arrival.time, is_new=arrival.is_new,
        household=household, pins=pins,
    )  # fmt: skip
    friend.referral = referral
    referrer.referred.append(referral)
    nth = next_ordinal(referrer, "attributed")
    referral.stages["attributed"] = Stage(time=arrival.time, nth=nth)
    world.touch(friend, referrer, referral)
    decisions: list[Decision] = [Attributed(referral), StageReached(referral, "attributed", arrival.time, nth)]
    fired, reached = reach_stages(world, referral)
    return Steps(decisions + reached, turns_of(world, event, referral, {"attributed", *fired}))


def _arrival(world: World, event: Event, friend: Contact, referrer: Contact) -> Arrival:
    is_new = friend.first_work_at is None or friend.first_work_at >= event.time
    pins = [Pin(revision, _eligible(revision, referrer)) for revision in world.in_force(event.time)]
    return Arrival(time=event.time, is_new=is_new, pins=pins)


def _eligible(revision: Revision, referrer: Contact) -> bool:
    wanted = revision.programme.referrers
    return not wanted or bool(referrer.traits() & set(wanted))


def _refusal(world: World, friend: Contact, referrer: Contact, arrival: Arrival) -> tuple[str, bool]:
    """Return the reason code of a refusal, or "" and whether the two share a household to be reviewed (rulings 9)."""
    if friend is referrer:
        return "self_referral", False
    friend_phones, friend_emails = reaches(friend)
    phones, emails = reaches(referrer)
    if friend_phones & phones or friend_emails & emails:
        return "self_referral", False
    if friend.referral is not None:
        return "already_referred", False
    above: Contact | None = referrer
    seen = 0
    while above is not None and seen < 10_000:
        if above is friend:
            return "circular", False
        above = above.referral.referrer.root() if above.referral is not None else None
        seen += 1
    if referrer.blocked:
        return "referrer_blocked", False
    if not arrival.is_new and all(pin.revision.programme.friends != "anyone" for pin in arrival.pins):
        return "not_new", False
    same = friend.address_key is not None and friend.address_key == referrer.address_key
    if same and world.settings.household == "refuse":
        return "household", False
    return "", same and world.settings.household == "review"


def remove(world: World, event: Event, referral: Referral, *, code: str) -> list[Decision]:
    """End a referral and reverse all it paid, ``keep`` included (rulings 16, 43)."""
    if not referral.live:
        return []
    decisions: list[Decision] = []
    for made in list(referral.grants):
        if made.held > 0:
            turn = Turn(made.revision, made.rule, made.holder.root(), no_facts(event), referral=referral)
            decisions += take_back_units(world, event, turn, made.held, codes=(code,))
    referral.removed_at, referral.removed_code = event.time, code
    referral.waits = []
    friend = referral.friend.root()
    if friend.referral is referral:
        friend.referral = None
    world.touch(referral, friend)
    return [ReferralRemoved(referral, code), *decisions]
