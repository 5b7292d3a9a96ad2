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
    Merged,
    NotGranted,
    Problem,
    ReferralRemoved,
    Restored,
    Reversed,
    Spent,
    StageLost,
    StageReached,
    Trace,
)
from goodword.engine.world import Contact
from goodword.flow.settled import Kept, Settled
from goodword.flow.thaw import stamp
from goodword.inbox import models as inbox


def store(kept: Kept, settled: list[Settled]) -> None:
    """Store the traces of a batch in bulk."""
    rows = [row(kept, each, decision) for each in settled for decision in each.decisions]
    inbox.Decision.objects.bulk_create(rows, batch_size=500)


def row(kept: Kept, each: Settled, decision: Decision) -> inbox.Decision:
    """Return the stored form of one decision."""
    made = inbox.Decision(business=kept.found.business, event=each.row)
    match decision:
        case Granted() | Reversed():
            _rule(made, decision.trace)
            made.reward, made.contact = kept.reward_pk(decision.grant), kept.contact_pk(decision.grant.holder)
            if decision.grant.referral is not None:
                made.referral = kept.referral_pk(decision.grant.referral)
            extra = {"repaid": decision.repaid} if isinstance(decision, Granted) else {
                "owed": decision.owed, "written_off": decision.written_off,
                "takes": [[lot.pk, units] for lot, units in decision.takes],
            }  # fmt: skip
            made.trace |= {name: value for name, value in extra.items() if value}
        case NotGranted():
            _rule(made, decision.trace)
            if decision.referral is not None:
                made.referral = kept.referral_pk(decision.referral)
                end = decision.referral.friend if decision.trace.to == "friend" else decision.referral.referrer
                made.contact = kept.contact_pk(end)
            elif decision.ticket is not None and decision.ticket.holder is not None:
                made.contact = kept.contact_pk(decision.ticket.holder)
        case Attributed():
            made.kind, made.referral = "attributed", kept.referral_pk(decision.referral)
            made.contact = kept.contact_pk(decision.referral.friend)
            made.trace = {"how": decision.referral.how, "referrer": kept.contact_pk(decision.referral.referrer),
                          "household": decision.referral.household}  # fmt: skip
        case AttributionRefused():
            made.kind, made.codes = "attribution_refused", [decision.code]
            made.contact = kept.contact_pk(decision.friend)
            made.trace = {"how": decision.how, "referrer": _pk(kept, decision.referrer)}
        case ReferralRemoved():
            made.kind, made.codes = "referral_removed", [decision.code]
            made.referral, made.contact = kept.referral_pk(decision.referral), kept.contact_pk(decision.referral.friend)
        case StageReached() | StageLost():
            made.kind = "stage_reached" if isinstance(decision, StageReached) else "stage_lost"
            made.referral, made.contact = kept.referral_pk(decision.referral), kept.contact_pk(decision.referral.friend)
            made.trace = {"stage": decision.stage}
            if isinstance(decision, StageReached):
                made.trace |= {"time": stamp(decision.time), "nth": decision.nth}
        case Spent():
            made.kind, made.contact = "spent", kept.contact_pk(decision.contact)
            made.trace = {"instrument": decision.instrument, "ticket": decision.ticket.external_id,
                          "takes": [[lot.pk, units] for lot, units in decision.takes]}  # fmt: skip
        case Restored():
            made.kind, made.contact = "restored", kept.contact_pk(decision.contact)
            made.trace = {"ticket": decision.ticket.external_id, "units": decision.units, "lot": decision.lot.pk,
                          "heir": decision.heir.pk if decision.heir else None}  # fmt: skip
        case Merged():
            made.kind, made.contact = "merged", kept.contact_pk(decision.survivor)
            made.trace = {"loser": decision.loser.pk}
        case Problem():
            made.kind, made.codes, made.contact = "problem", [decision.code], _pk(kept, decision.contact)
            made.trace = dict(decision.facts)
        case Ignored():
            made.kind, made.codes = "ignored", [decision.code]
        case _:
            assert_never(decision)
    return made


def _rule(made: inbox.Decision, trace: Trace) -> None:
    made.kind, made.programme, made.revision, made.rule = trace.outcome, trace.programme, trace.revision, trace.rule
    made.codes = list(trace.codes)
    told: dict[str, Any] = msgspec.to_builtins(trace)
    made.trace = told


def _pk(kept: Kept, contact: Contact | None) -> int | None:
    return kept.contact_pk(contact) if contact is not None else None
