"""Two records of one person become one (rulings 10, 52)."""

from __future__ import annotations

from goodword.engine.decide import Steps
from goodword.engine.decisions import Merged
from goodword.engine.events import Event
from goodword.engine.records import Contact
from goodword.engine.referring import remove
from goodword.engine.stages import work_changed
from goodword.engine.world import Use, World


def merge(world: World, event: Event, loser: Contact, survivor: Contact) -> Steps:
    """Move all that ``loser`` owns to ``survivor``; its ids keep working.

    Given ordinals stay, the next is both counts + 1. Of two referrers the earlier stays. Where friend and referrer
    become one, the referral is removed as ``self_referral``. Tags and clubs are united.
    """
    loser, survivor = loser.root(), survivor.root()
    if loser is survivor:
        return Steps()
    steps = Steps([Merged(loser, survivor)])
    loser.merged_into = survivor
    survivor.absorbed.append(loser)
    _unite_details(loser, survivor)
    survivor.jobs += loser.jobs
    survivor.lots += loser.lots
    survivor.referred += loser.referred
    for stage, count in loser.ordinals.items():
        survivor.ordinals[stage] = survivor.ordinals.get(stage, 0) + count
    for asset, units in loser.owed.items():
        survivor.owed[asset] = survivor.owed.get(asset, 0) + units
    _unite_uses(world, loser, survivor)
    steps.add(_unite_referrals(world, event, loser, survivor))
    loser.jobs, loser.lots, loser.referred, loser.owed = [], [], [], {}
    loser.referral, loser.arrival = None, None
    world.touch(loser, survivor)
    steps.add(work_changed(world, event, survivor))
    return steps


def _unite_details(loser: Contact, survivor: Contact) -> None:
    for name in ("name", "phone", "email", "language", "address", "address_key", "company"):
        if not getattr(survivor, name):
            setattr(survivor, name, getattr(loser, name))
    survivor.tags = list(dict.fromkeys([*survivor.tags, *loser.tags]))
    survivor.clubs = list(dict.fromkeys([*survivor.clubs, *loser.clubs]))
    survivor.partner = survivor.partner or loser.partner
    survivor.blocked = survivor.blocked or loser.blocked
    times = [t for t in (survivor.first_work_at, loser.first_work_at) if t is not None]
    survivor.first_work_at = min(times) if times else None


def _unite_uses(world: World, loser: Contact, survivor: Contact) -> None:
    for key in [k for k in world.uses if k[3] is loser]:
        use = world.uses.pop(key)
        mine = world.uses.setdefault((*key[:3], survivor, key[4]), Use())
        mine.count += use.count
        mine.measure += use.measure
        world.touched_uses |= {key, (*key[:3], survivor, key[4])}


def _unite_referrals(world: World, event: Event, loser: Contact, survivor: Contact) -> Steps:
    """Leave one live referral with the survivor as friend, the earlier; end those whose two ends became one."""
    steps = Steps()
    arrivals = [a for a in (survivor.arrival, loser.arrival) if a is not None]
    survivor.arrival = min(arrivals, key=lambda a: a.time) if arrivals else None
    both = [r for r in (survivor.referral, loser.referral) if r is not None]
    both.sort(key=lambda r: r.arrived_at)
    ends_meet = [r for r in (*both, *survivor.referred) if r.live and r.friend.root() is r.referrer.root()]
    for referral in dict.fromkeys(ends_meet):
        steps.decisions += remove(world, event, referral, code="self_referral")
    both = [r for r in both if r.live]
    survivor.referral = both[0] if both else None
    for referral in both[1:]:
        steps.decisions += remove(world, event, referral, code="already_referred")
        world.touch(referral)
    if both:
        survivor.referral = both[0]
        world.touch(both[0])
    return steps
