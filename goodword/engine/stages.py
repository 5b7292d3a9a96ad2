"""A referral's stages: reached, lost, and the rules that pay on them (rulings 13, 14, 18, 38-42, 45)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from goodword.engine.decide import Steps, Turn, take_back_units
from goodword.engine.decisions import Decision, NotGranted, StageLost, StageReached
from goodword.engine.durations import deadline, local_date
from goodword.engine.events import Event
from goodword.engine.facts import RuleFacts, names_in
from goodword.engine.records import Contact, Job, Pin, Referral, Revision, Stage, Wait
from goodword.engine.rules.rule import MinScore, Rule
from goodword.engine.world import STAGES, World


def support(friend: Contact) -> dict[str, tuple[datetime, Job]]:
    """Return, per stage, the earliest time an uncancelled job of the friend reached it, and that job (rulings 14)."""
    found: dict[str, tuple[datetime, Job]] = {}
    for job in friend.jobs:
        for stage, time in job.reached.items():
            if stage in STAGES and (stage not in found or time < found[stage][0]):
                found[stage] = (time, job)
    return found


def work_changed(world: World, event: Event, contact: Contact) -> Steps:
    """Bring a friend's referral up to date after a job of theirs changed: stages lost are reversed, new ones pay."""
    referral = contact.root().referral
    if referral is None:
        return Steps()
    decisions = _lose_stages(world, event, referral)
    fired, reached = reach_stages(world, referral)
    return Steps(decisions + reached, turns_of(world, event, referral, set(fired)) if fired else [])


def _lose_stages(world: World, event: Event, referral: Referral) -> list[Decision]:
    now = support(referral.friend.root())
    decisions: list[Decision] = []
    for name in STAGES[1:]:
        stage = referral.stages.get(name)
        if stage is None or stage.time is None:
            continue
        if name in now and not (stage.early and now[name][0] >= referral.arrived_at):
            continue
        stage.time, stage.job = None, None
        referral.waits = [w for w in referral.waits if w.stage != name]
        world.touch(referral)
        decisions.append(StageLost(referral, name))
        if stage.early:
            stage.early = False
            continue
        decisions += _reverse_stage(world, event, referral, name)
    return decisions


def _reverse_stage(world: World, event: Event, referral: Referral, name: str) -> list[Decision]:
    decisions: list[Decision] = []
    for made in list(referral.grants):
        if made.stage == name and made.held > 0 and made.rule.on_cancel != "keep":
            turn = Turn(made.revision, made.rule, made.holder.root(), no_facts(event), referral=referral)
            decisions += take_back_units(world, event, turn, made.held, codes=("stage_lost",))
    return decisions


def no_facts(event: Event) -> RuleFacts:
    """Return facts for a turn that only takes back."""
    return RuleFacts(at=event.time, local_date=event.time.date(), currency="")


def reach_stages(world: World, referral: Referral) -> tuple[list[str], list[Decision]]:
    """Note the stages that the friend's jobs now support; return those that may pay, with what was decided."""
    fired: list[str] = []
    decisions: list[Decision] = []
    now = support(referral.friend.root())
    for name in STAGES[1:]:
        stage = referral.stages.setdefault(name, Stage()) if name in now else None
        if stage is None or stage.time is not None:
            continue
        stage.time, stage.job = now[name]
        stage.early = stage.time < referral.arrived_at
        if not stage.early:
            if stage.nth is None:
                stage.nth = next_ordinal(referral.referrer.root(), name)
                world.touch(referral.referrer.root())
            fired.append(name)
        decisions.append(StageReached(referral, name, stage.time, None if stage.early else stage.nth))
        world.touch(referral)
    return fired, decisions


def turns_of(world: World, event: Event, referral: Referral, stages: set[str]) -> list[Turn]:
    """Return the turns of all pinned rules that pay on these stages."""
    return [
        turn
        for pin in referral.pins
        for rule in pin.revision.programme.rules
        if rule.stage in stages
        for turn in [_turn(world, event, referral, pin, rule)]
        if turn is not None
    ]


def _turn(world: World, event: Event, referral: Referral, pin: Pin, rule: Rule) -> Turn | None:
    holder = _holder(referral, rule.to)
    stage = referral.stages[rule.stage or ""]
    if holder is None or stage.time is None:
        return None
    facts = _facts(world, stage.time, stage.nth, stage.job, holder.traits())
    codes = _standing_refusals(world, referral, pin, stage.time)
    over = _window_end(world, referral, pin.revision)
    return Turn(
        pin.revision, rule, holder, facts, referral=referral, codes=codes, waits=over is None or event.time < over
    )


def _holder(referral: Referral, to: str) -> Contact | None:
    if to == "friend":
        return referral.friend.root()
    referrer = referral.referrer.root()
    if to == "introducer":
        return referrer.referral.referrer.root() if referrer.referral is not None else None
    return referrer


def _window_end(world: World, referral: Referral, revision: Revision) -> datetime | None:
    window = revision.programme.window
    return deadline(referral.arrived_at, window, world.settings.zone) if window else None


def _standing_refusals(world: World, referral: Referral, pin: Pin, time: datetime) -> list[str]:
    codes = []
    if not pin.eligible:
        codes.append("referrer_not_eligible")
    if pin.revision.programme.friends == "new" and not referral.is_new:
        codes.append("not_new")
    over = _window_end(world, referral, pin.revision)
    if over is not None and time >= over:
        codes.append("window")
    return codes


def _facts(world: World, time: datetime, nth: int | None, job: Job | None, traits: frozenset[str]) -> RuleFacts:
    score = job.latest_score() if job is not None else None
    return RuleFacts(
        at=time, local_date=local_date(time, world.settings.zone), currency=world.settings.currency, nth=nth,
        total=job.total if job else None, services=tuple(job.services) if job else (),
        location=job.location if job else None, traits=traits, score=score,
        contact=names_in(traits),
    )  # fmt: skip


def note_waits(world: World, decisions: list[Decision]) -> None:
    """Keep the referral rules that were found waiting for a score."""
    for decision in decisions:
        if not isinstance(decision, NotGranted) or decision.referral is None or decision.trace.outcome != "waiting":
            continue
        trace, referral = decision.trace, decision.referral
        name = trace.when.removeprefix("referral.")
        stage, holder = referral.stages[name], _holder(referral, trace.to)
        if stage.job is None or stage.time is None or holder is None:
            continue
        wait = Wait(trace.programme, trace.rule, name, stage.time, stage.nth, stage.job, holder.traits())
        referral.waits.append(wait)
        world.touch(referral)


def scored(world: World, event: Event, job: Job, score: int) -> list[Turn]:
    """Return the referral rules that waited for this job's first score (rulings 18, 41); judged by the stage's time."""
    referral = job.contact.root().referral if job.contact is not None else None
    if referral is None:
        return []
    waits = [w for w in referral.waits if w.job is job]
    if not waits:
        return []
    referral.waits = [w for w in referral.waits if w.job is not job]
    world.touch(referral)
    return [
        turn
        for pin in referral.pins
        for rule in pin.revision.programme.rules
        for wait in waits
        if (wait.programme, wait.rule) == (pin.revision.programme.id, rule.id)
        for turn in [_waited_turn(world, event, referral, pin, rule, wait, score)]
        if turn is not None
    ]


def _waited_turn(
    world: World, event: Event, referral: Referral, pin: Pin, rule: Rule, wait: Wait, score: int
) -> Turn | None:
    holder = _holder(referral, rule.to)
    if holder is None:
        return None
    facts = _facts(world, wait.time, wait.nth, wait.job, wait.traits)
    facts = msgspec.structs.replace(facts, score=score)
    codes = _standing_refusals(world, referral, pin, wait.time)
    over = _window_end(world, referral, pin.revision)
    condition = rule.condition("min_score")
    late = over is not None and event.time >= over
    if late and isinstance(condition, MinScore) and score >= condition.score:
        codes.append("min_score")  # the score came after the window's end: final (rulings 18)
    return Turn(pin.revision, rule, holder, facts, referral=referral, codes=codes, late=True)


def next_ordinal(referrer: Contact, stage: str) -> int:
    """Give the referrer's next ordinal at a stage, over all programmes; once given it stays (rulings 13)."""
    nth = referrer.ordinals.get(stage, 0) + 1
    referrer.ordinals[stage] = nth
    return nth
