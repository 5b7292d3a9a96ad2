"""What every settled event ends in: rows and books, the trace, what became of used rewards, messages."""

from __future__ import annotations

from datetime import datetime

from goodword.flow import asking, todoing, traces, using, voucher_rewards
from goodword.flow.keep import keep
from goodword.flow.settled import Kept, Settled
from goodword.flow.slice import Slice


def finish(found: Slice, settled: list[Settled], *, now: datetime) -> Kept:
    """Store a decided batch, in the transaction that decided it."""
    kept = keep(found, settled, now=now)
    tell(kept, settled, now=now)
    return kept


def tell(kept: Kept, settled: list[Settled], *, now: datetime) -> None:
    """Write down why, and queue what people are told, once rows and books are kept."""
    traces.store(kept, settled)
    using.follow(kept, settled, now=now)
    voucher_rewards.taken_back(business=kept.found.business, settled=settled, now=now)
    todoing.follow(kept, settled, now=now)
    outcomes = [(each.row, each.event, each.decisions) for each in settled]
    asking.follow(business=kept.found.business, outcomes=outcomes, kept=kept, now=now)
