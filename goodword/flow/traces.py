"""Decisions written down: for every event and rule a record that can be read as a sentence (domain.md)."""

from __future__ import annotations

from typing import Any, assert_never

import msgspec

from goodword.engine.decisions import (
    Attributed,
    AttributionRefused,
    Decision,
    Granted,
    Ignored,
    JobCancelled,
    JobResumed,
    Merged,
    NotGranted,
    Problem,
    ReferralRemoved,
    Restored,
    Reversed,
    Spent,
    StageLost,
    StageReached,
    Tendered,
    VoucherRestored,
    VoucherSpent,
    VoucherUnbooked,
)
from goodword.engine.records import Contact, Job
from goodword.flow import bulk
from goodword.flow.settled import Kept, Settled
from goodword.flow.thaw import stamp
from goodword.inbox import models as inbox


def store(kept: Kept, settled: list[Settled]) -> None:
    """Store the traces of a batch in bulk."""
    rows = [row(kept, each, decision) for each in settled for decision in each.decisions]
    bulk.insert(rows)


def row(kept: Kept, each: Settled, decision: Decision) -> inbox.Decision:
    """Return the stored form of one decision."""
    made: inbox.Decision = bulk.fresh(inbox.Decision, business_id=kept.found.business.pk, event_id=each.row.pk)
    match decision:
        case Granted() | Reversed() | NotGranted():
            _of_rule(kept, made, decision)
        case Attributed() | ReferralRemoved() | StageReached() | StageLost():
            _of_referral(kept, made, decision)
        case AttributionRefused():
            made.kind, made.codes, made.contact = "attribution_refused", [decision.code], _pk(kept, decision.friend)
            made.trace = {"how": decision.how, "referrer": decision.referrer.public_id if decision.referrer else None}
        case Spent():
            made.kind, made.contact = "spent", kept.contact_pk(decision.contact)
            made.trace = {"instrument": decision.instrument, "ticket": decision.ticket.external_id}
            made.trace |= {"takes": [[lot.pk, units] for lot, units in decision.takes]}
        case Restored():
            made.kind, made.contact = "restored", kept.contact_pk(decision.contact)
            heir = decision.heir.pk if decision.heir else None
            made.trace = {"ticket": decision.ticket.external_id, "units": decision.units, "lot": decision.lot.pk}
            made.trace |= {"heir": heir}
        case VoucherSpent() | VoucherRestored() | VoucherUnbooked():
            _of_voucher(kept, made, decision)
        case Tendered() | JobCancelled() | JobResumed():
            raise AssertionError("what became of the vouchers stands in its place")
        case Merged():
            made.kind, made.contact = "merged", kept.contact_pk(decision.survivor)
            made.trace = {"loser": decision.loser.public_id}
        case Problem():
            made.kind, made.codes, made.contact = "problem", [decision.code], _pk(kept, decision.contact)
            made.trace = dict(decision.facts)
        case Ignored():
            made.kind, made.codes = "ignored", [decision.code]
        case _:
            assert_never(decision)
    return made


def _of_rule(kept: Kept, made: inbox.Decision, decision: Granted | Reversed | NotGranted) -> None:
    trace = decision.trace
    made.kind, made.programme, made.revision, made.rule = trace.outcome, trace.programme, trace.revision, trace.rule
    made.codes = list(trace.codes)
    told: dict[str, Any] = msgspec.to_builtins(trace)
    made.trace = told
    if isinstance(decision, NotGranted):
        if decision.referral is not None:
            made.referral = kept.referral_pk(decision.referral)
            end = decision.referral.friend if trace.to == "friend" else decision.referral.referrer
            made.contact = kept.contact_pk(end)
        elif decision.ticket is not None:
            made.contact = _pk(kept, decision.ticket.holder)
        return
    made.reward, made.contact = kept.reward_pk(decision.grant), kept.contact_pk(decision.grant.holder)
    if decision.grant.referral is not None:
        made.referral = kept.referral_pk(decision.grant.referral)
    if isinstance(decision, Granted):
        extra: dict[str, Any] = {"repaid": decision.repaid}
    else:
        extra = {"owed": decision.owed, "written_off": decision.written_off}
        extra["takes"] = [[lot.pk, units] for lot, units in decision.takes]
    made.trace |= {name: value for name, value in extra.items() if value}


def _of_voucher(
    kept: Kept, made: inbox.Decision, decision: VoucherSpent | VoucherRestored | VoucherUnbooked
) -> None:  # fmt: skip
    made.contact = _pk(kept, decision.contact)
    made.trace = {"voucher": decision.serial}
    match decision:
        case VoucherSpent():
            made.kind = "voucher_spent"
            made.trace |= {"ticket": decision.ticket.external_id, "instrument": decision.instrument}
            made.trace |= {"units": decision.units, "before": decision.before, "lot": decision.lot}
        case VoucherRestored():
            made.kind = "voucher_restored"
            made.trace |= {"ticket": decision.ticket} | _job(decision.job)
            made.trace |= {"units": decision.units, "lot": decision.lot}
        case VoucherUnbooked():
            made.kind = "voucher_unbooked"
            made.trace |= _job(decision.job)


def _job(job: Job | None) -> dict[str, str | None]:
    """Return how a trace names a job: as its source does, which stays when the history is decided again."""
    return {"job": job.external_id, "job_source": job.source} if job is not None else {}


def _of_referral(
    kept: Kept, made: inbox.Decision, decision: Attributed | ReferralRemoved | StageReached | StageLost
) -> None:
    referral = decision.referral
    made.referral, made.contact = kept.referral_pk(referral), kept.contact_pk(referral.friend)
    match decision:
        case Attributed():
            made.kind = "attributed"
            made.trace = {"how": referral.how, "household": referral.household}
            made.trace |= {"referrer": referral.referrer.root().public_id}
        case ReferralRemoved():
            made.kind, made.codes = "referral_removed", [decision.code]
        case StageReached():
            made.kind = "stage_reached"
            made.trace = {"stage": decision.stage, "time": stamp(decision.time), "nth": decision.nth}
        case StageLost():
            made.kind, made.trace = "stage_lost", {"stage": decision.stage}


def _pk(kept: Kept, contact: Contact | None) -> int | None:
    return kept.contact_pk(contact) if contact is not None else None
