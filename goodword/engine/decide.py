"""The heart: which rules pay for one event, how much, and why not (programme-format.md, rulings 12-27, 38-53)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from goodword.engine.decisions import Decision, Granted, NotGranted, Outcome, Trace
from goodword.engine.events import Event
from goodword.engine.facts import Check, RuleFacts
from goodword.engine.granting import fit, grant, grants_of, held_by, take_back, trace_of, worth
from goodword.engine.records import Contact, Grant, Referral, Revision, Ticket
from goodword.engine.rules.amounts import reward_units
from goodword.engine.rules.qualifying import check_rule
from goodword.engine.rules.rule import Rule
from goodword.engine.world import World


@dataclass(slots=True)
class Turn:
    """One rule that is looked at for one event and holder.

    ``codes`` are refusals that the caller already knows (window, newness, referrers, once-only). ``waits`` says that a
    score may still come. ``hold_from`` is where a hold begins: the stage's time, the closing's, or the adjustment's.
    """

    revision: Revision
    rule: Rule
    holder: Contact
    facts: RuleFacts
    referral: Referral | None = None
    ticket: Ticket | None = None
    codes: list[str] = field(default_factory=list)
    waits: bool = False
    hold_from: datetime | None = None
    late: bool = False  # decided after its siblings, by what it waited for
    rivals: list[Ticket] = field(default_factory=list)  # other tickets of the same appointment or reservation

    @property
    def subject(self) -> Referral | Ticket:
        """Return the referral or ticket it is about."""
        found = self.referral if self.referral is not None else self.ticket
        assert found is not None
        return found


@dataclass(slots=True)
class Steps:
    """What a change led to at once, and the turns that are still to be taken together, in document order."""

    decisions: list[Decision] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def add(self, other: Steps) -> None:
        """Take on another change of the same event."""
        self.decisions += other.decisions
        self.turns += other.turns


@dataclass(slots=True)
class Judgement:
    """What a turn comes to before groups are settled."""

    units: int
    wanted: int
    held: int
    codes: list[str]
    checks: tuple[Check, ...]
    arithmetic: str
    waiting: bool = False


def decide(world: World, event: Event, turns: list[Turn]) -> list[Decision]:
    """Decide the turns of one event in document order, one of a group paying for one holder.

    Of the members of a group that would pay, the dearest pays, or the first in the document (``pick``); ties go to the
    first (rulings 20, 46). Conditions and limits come before the choice.
    """
    decisions: list[Decision] = []
    settled: set[int] = set()
    turns = sorted(turns, key=_place)
    for turn in turns:
        if id(turn) in settled:
            continue
        group = _members(turn, turns)
        judged = [(member, judge(world, member)) for member in group]
        _pick(judged)
        for member, judgement in judged:
            settled.add(id(member))
            if judgement.units < judgement.held:
                decisions += _settle(world, event, member, judgement)
        for member, judgement in judged:
            if judgement.units >= judgement.held:
                decisions += _settle(world, event, member, judgement)
    return decisions


def _members(turn: Turn, turns: list[Turn]) -> list[Turn]:
    if turn.rule.group is None:
        return [turn]
    return [
        t
        for t in turns
        if t.rule.group == turn.rule.group
        and t.revision.programme.id == turn.revision.programme.id
        and t.holder is turn.holder
        and (t.ticket is None or turn.ticket is None or t.ticket is turn.ticket)
        and (t.referral is None or turn.referral is None or t.referral is turn.referral)
    ]


def _place(turn: Turn) -> tuple[str, int, int]:
    rules = turn.revision.programme.rules
    return (turn.revision.programme.id, rules.index(turn.rule), turn.revision.number)


def judge(world: World, turn: Turn) -> Judgement:
    """Run all conditions, then the amount, then limits and budget; collect every reason to refuse."""
    rule, revision = turn.rule, turn.revision
    held = held_by(turn.subject, revision, rule, turn.holder)
    checks = check_rule(rule, turn.facts)
    codes = [*turn.codes, *_once_only(turn), *(c.code or c.key for c in checks if not c.held)]
    if rule.condition("min_score") is not None and turn.facts.score is None and not codes:
        if turn.waits:
            return Judgement(0, 0, held, [], checks, "", waiting=True)
        codes.append("min_score")
    if codes:
        return Judgement(0, 0, held, list(dict.fromkeys(codes)), checks, "")
    wanted, arithmetic = reward_units(rule, turn.facts)
    if turn.referral is not None and held:
        wanted = min(wanted, held + _taken_back(turn))  # paid again up to what was really taken back
    if wanted <= 0:
        return Judgement(0, 0, held, ["no_amount"], checks, arithmetic)
    friend = turn.referral.friend if turn.referral is not None else None
    units, refusals = fit(
        world, revision=revision, rule=rule, holder=turn.holder, friend=friend, at=turn.facts.at, units=wanted,
        held=held,
    )  # fmt: skip
    return Judgement(units, wanted, held, list(refusals), checks, arithmetic)


def _once_only(turn: Turn) -> list[str]:
    """Return why this rule pays nothing more here: paid already, for the action elsewhere, or by one of its group."""
    codes = []
    if any(_holds(g, turn, turn.rule.id) for other in turn.rivals for g in other.grants):
        codes.append("already_paid")
    own = [g for g in turn.subject.grants if _holds(g, turn, turn.rule.id)]
    if turn.referral is not None and own and not any(g.reversed for g in own):
        codes.append("already_paid")
    if turn.late and turn.rule.group is not None and not own:
        group = {r.id for r in turn.revision.programme.rules if r.group == turn.rule.group and r is not turn.rule}
        same = [g for g in turn.subject.grants if g.stage == (turn.rule.stage or "") and g.holder.root() is turn.holder]
        if any(_holds(g, turn, sibling) for g in same for sibling in group):
            codes.append("group")
    return codes


def _holds(made: Grant, turn: Turn, rule_id: str) -> bool:
    return made.held > 0 and made.rule.id == rule_id and made.revision.programme.id == turn.revision.programme.id


def _taken_back(turn: Turn) -> int:
    return sum(g.reversed for g in grants_of(turn.subject, turn.revision, turn.rule) if g.held > 0)


def _pick(judged: list[tuple[Turn, Judgement]]) -> None:
    paying = [(turn, judgement) for turn, judgement in judged if judgement.units > 0]
    if len(paying) < 2:
        return
    best = paying[0]
    if best[0].rule.pick == "best":
        for other in paying[1:]:
            if _worth(other) > _worth(best):
                best = other
    for turn, judgement in paying:
        if turn is not best[0]:
            judgement.units = 0
            judgement.codes.append("group")


def _worth(pair: tuple[Turn, Judgement]) -> int:
    turn, judgement = pair
    return worth(turn.rule, judgement.units, turn.revision.programme.currency)


def _settle(world: World, event: Event, turn: Turn, judgement: Judgement) -> list[Decision]:
    """Bring what is held to what is due: grant the difference, or take it back."""
    delta = judgement.units - judgement.held
    if delta > 0:
        cut = judgement.units < judgement.wanted
        made, repaid = grant(
            world, event, revision=turn.revision, rule=turn.rule, holder=turn.holder, units=delta, at=turn.facts.at,
            hold_from=turn.hold_from or turn.facts.at, nth=turn.facts.nth, cut=cut,
            referral=turn.referral, ticket=turn.ticket,
        )  # fmt: skip
        trace = _trace(turn, judgement, "granted", cut=cut, units=delta, asset=made.asset,
                        available_at=made.available_at, expires_at=made.expires_at, review=made.review)  # fmt: skip
        return [Granted(trace=trace, grant=made, repaid=repaid)]
    if judgement.waiting:
        return [_not(turn, _trace(turn, judgement, "waiting"))]
    if judgement.codes:
        decisions: list[Decision] = [_not(turn, _trace(turn, judgement, "refused"))]
        if delta < 0 and turn.ticket is not None:  # a referral's kept or expired reward blocks, and stays (rulings 48)
            decisions += take_back_units(world, event, turn, -delta, codes=tuple(judgement.codes))
        return decisions
    if delta < 0 and turn.ticket is not None:
        return take_back_units(world, event, turn, -delta, codes=("adjusted",))
    return [_not(turn, _trace(turn, judgement, "unchanged"))]


def take_back_units(world: World, event: Event, turn: Turn, units: int, *, codes: tuple[str, ...]) -> list[Decision]:
    """Take ``units`` back from the rule's own grants, the newest first: a correction undoes what came last."""
    decisions: list[Decision] = []
    for made in reversed(grants_of(turn.subject, turn.revision, turn.rule)):
        part = min(units, made.held)
        if part <= 0 or made.holder.root() is not turn.holder:
            continue
        units -= part
        decisions.append(take_back(world, event, made, part, trace=trace_of(made, codes=codes)))
    return decisions


def _not(turn: Turn, trace: Trace) -> NotGranted:
    return NotGranted(trace=trace, referral=turn.referral, ticket=turn.ticket)


def _trace(
    turn: Turn, judgement: Judgement, outcome: Outcome, *, cut: bool = False, units: int = 0, asset: str = "",
    available_at: datetime | None = None, expires_at: datetime | None = None, review: bool = False,
) -> Trace:  # fmt: skip
    rule = turn.rule
    return Trace(
        outcome=outcome, programme=turn.revision.programme.id, revision=turn.revision.number, rule=rule.id,
        when=rule.when, to=rule.to, holder=turn.holder.external_name(),
        codes=tuple(judgement.codes) if outcome == "refused" else (), checks=judgement.checks,
        arithmetic=judgement.arithmetic, nth=turn.facts.nth, kind=rule.give, asset=asset, units=units,
        at=turn.facts.at, cut=cut, review=review, available_at=available_at, expires_at=expires_at,
    )  # fmt: skip
