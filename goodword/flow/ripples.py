"""What the removal of a referral moves, told from the very decisions that book it: shown before, compared when booked.

Nothing here writes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from goodword.engine.decisions import Decision, NotGranted, ReferralRemoved, Reversed
from goodword.engine.records import Grant, Referral
from goodword.flow.slice import Slice
from goodword.flow.thanking import notice_keys, welcome_key
from goodword.outbox.models import Message, State

Held = dict[int, tuple[Grant, int, int]]
"""Per grant: itself, the units of it that nobody took back, the units still in its own lot."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What becomes of one reward, in units of its asset (a code or a custom reward counts as a whole).

    Attributes:
        reward, holder: public ids; ``to`` is the role the holder was rewarded in.
        held: what was granted and is not taken back yet.
        spent: so much of it is used up or has lapsed.
        own, others: taken from what is left of it, and from other rewards of the holder (``within_balance``, ``owe``).
        owed: becomes a debt; later earnings pay it first. written_off: the business bears it.
        note: why nothing goes back, when nothing does: ``expired``, ``only_pending`` or ``spent``.
    """

    reward: str
    holder: str
    to: str
    asset: str
    policy: str
    held: int
    spent: int
    own: int
    others: int
    owed: int
    written_off: int
    note: str


@dataclass(frozen=True, slots=True)
class Ripple:
    """All that a removal moves: each reward, the messages that no longer leave, the number that is kept.

    Attributes:
        rewritten: keys of messages that are written again with a smaller amount.
        ordinals: the numbers given to this referral, by stage; they are never given again (rulings 13).
        introduces: a programme pays the referrer for friends whom this friend sends in turn; that ends, too.
    """

    rewards: tuple[Taken, ...]
    cancelled: tuple[str, ...]
    rewritten: tuple[str, ...]
    ordinals: dict[str, int]
    introduces: bool

    @property
    def digest(self) -> str:
        """Return a name for exactly this ripple, to compare what was shown with what is booked."""
        told = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def held_by(referral: Referral) -> Held:
    """Note what a referral's rewards hold, before anything is taken back."""
    return {id(made): (made, made.held, made.lot.left) for made in referral.grants if made.held > 0}


def ripple_of(found: Slice, held: Held, decisions: Sequence[Decision]) -> Ripple:
    """Tell what the decisions of a removal move. One statement, for the messages that wait."""
    reversals = {id(d.grant): d for d in decisions if isinstance(d, Reversed)}
    notes = {(d.trace.programme, d.trace.rule): d.trace.note for d in decisions if isinstance(d, NotGranted)}
    taken = tuple(_taken(*before, reversals.get(key), notes) for key, before in held.items())
    removed = next((d.referral for d in decisions if isinstance(d, ReferralRemoved)), None)
    keys = [welcome_key(removed.public_id)] if removed is not None else []
    whole = [d.grant for d in reversals.values() if d.grant.held <= 0]
    part = [d.grant for d in reversals.values() if d.grant.held > 0]
    waiting = set(_waiting(found, keys + [k for made in whole + part for k in notice_keys(made.public_id)]))
    smaller = {key for made in part for key in notice_keys(made.public_id)}
    return Ripple(
        rewards=tuple(sorted(taken, key=lambda each: each.reward)),
        cancelled=tuple(sorted(waiting - smaller)),
        rewritten=tuple(sorted(waiting & smaller)),
        ordinals={name: stage.nth for name, stage in removed.stages.items() if stage.nth} if removed else {},
        introduces=removed is not None and _introduces(found),
    )


def _introduces(found: Slice) -> bool:
    """Say whether any programme of the business pays who sent the referrer."""
    revisions = [revision for line in found.world.programmes.values() for revision in line]
    return any(rule.to == "introducer" for revision in revisions for rule in revision.programme.rules)


def _taken(made: Grant, held: int, left: int, back: Reversed | None, notes: dict[tuple[str, str], str]) -> Taken:
    own = sum(units for lot, units in back.takes if lot is made.lot) if back else 0
    whole = made.lot.asset == "right"
    others = (sum(units for _, units in back.takes) - own) if back else 0
    note = "" if back else _why_nothing(notes.get((made.revision.programme.id, made.rule.id), ""))
    lost = back.written_off if back else 0
    if back is None and note == "spent":
        lost = held
    told: dict[str, Any] = {
        "reward": made.public_id, "holder": made.holder.root().public_id, "to": made.rule.to, "asset": made.asset,
        "policy": made.revision.programme.shortfall, "held": held, "note": note, "others": others,
        "owed": back.owed if back else 0, "written_off": lost,
        "spent": (0 if left else held) if whole else max(held - left, 0),
        "own": (held if own else 0) if whole else own,
    }  # fmt: skip
    return Taken(**told)


def _why_nothing(note: str) -> str:
    if note.startswith("expired"):
        return "expired"
    return "only_pending" if note.startswith("only what") else "spent"


def _waiting(found: Slice, keys: Sequence[str]) -> list[str]:
    if not keys:
        return []
    rows = Message.objects.filter(business=found.business, key__in=keys, state__in=[State.QUEUED, State.HELD])
    return list(rows.values_list("key", flat=True))
