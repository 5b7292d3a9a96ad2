"""What a merge moves in the tables of many apps (domain.md, Contact; rulings 10). The decisions are the engine's."""

from __future__ import annotations

from goodword.engine.decisions import Merged
from goodword.flow.settled import Settled
from goodword.flow.slice import Slice
from goodword.outbox import models as outbox
from goodword.people import models as people
from goodword.referrals import models as referrals
from goodword.rewards import models as rewards
from goodword.work import models as work

OWNED = (
    (referrals.Referral, "friend"),
    (referrals.Referral, "referrer"),
    (referrals.Share, "contact"),
    (rewards.Reward, "holder"),
    (work.Job, "contact"),
    (work.Ticket, "contact"),
    (work.Appointment, "contact"),
    (work.Reservation, "contact"),
    (outbox.Message, "contact"),
    (people.Consent, "contact"),
)


def hand_over(found: Slice, settled: list[Settled]) -> None:
    """Give all that a loser owns to the survivor, the wallets by dated rows: no value moves.

    Consents move with their dates; an opt-out of either survives because the newest refusal counts for the person.
    """
    for each in settled:
        for decision in each.decisions:
            if isinstance(decision, Merged):
                loser, survivor = decision.loser.pk, decision.survivor.root().pk
                assert loser is not None
                assert survivor is not None
                for model, column in OWNED:
                    model.objects.filter(**{column: loser}).update(**{column: survivor})
                _wallets(found, each, loser, survivor)


def _wallets(found: Slice, each: Settled, loser: int, survivor: int) -> None:
    wallets = found.wallets.pop(loser, [])
    if not wallets:
        return
    at = each.event.time
    people.WalletOwner.objects.filter(wallet__in=wallets, until=None).update(until=at)
    people.WalletOwner.objects.bulk_create(
        [people.WalletOwner(business=found.business, wallet=w, contact_id=survivor, since=at) for w in wallets]
    )
    found.wallets.setdefault(survivor, []).extend(wallets)
