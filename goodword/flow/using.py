"""A reward that is all used says so, and one that was given back says that too (domain.md, Rewards)."""

from __future__ import annotations

from datetime import datetime

from goodword.engine.decisions import Granted, Restored, Spent
from goodword.engine.records import Contact, Lot
from goodword.flow.settled import Kept, Settled
from goodword.rewards.models import Reward, Status, StatusChange


def follow(kept: Kept, settled: list[Settled], *, now: datetime) -> None:
    """Turn issued rewards whose lots these events emptied into redeemed ones, and restored ones back.

    A lot emptied by settling a debt is used as well. Three statements at most, whatever the batch.
    """
    moved: dict[int, tuple[Lot, Contact]] = {}
    for each in settled:
        for decision in each.decisions:
            match decision:
                case Spent(takes=takes, contact=contact):
                    moved |= {lot.pk: (lot, contact) for lot, _ in takes if lot.pk is not None}
                case Restored(lot=lot, contact=contact) if lot.pk is not None:
                    moved[lot.pk] = (lot, contact)
                case Granted(grant=grant, repaid=repaid) if repaid and grant.lot.pk is not None:
                    moved[grant.lot.pk] = (grant.lot, grant.holder)
                case _:
                    pass
    if not moved:
        return
    holders = {kept.contact_pk(contact) for _, contact in moved.values()}
    rows = Reward.objects.filter(holder__in=holders, lot__in=moved, status__in=[Status.ISSUED, Status.REDEEMED])
    changed = []
    for row in rows:
        status = Status.REDEEMED if moved[row.lot][0].left == 0 else Status.ISSUED
        if row.status != status:
            changed.append(StatusChange(reward=row, status=status, was=row.status, at=now, actor="rules"))
            row.status = status
    Reward.objects.bulk_update([change.reward for change in changed], ["status"], batch_size=500)
    StatusChange.objects.bulk_create(changed, batch_size=500)
