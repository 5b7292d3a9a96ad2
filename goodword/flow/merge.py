"""What a merge moves in the tables of many apps (domain.md, Contact; rulings 10). The decisions are the engine's."""

from __future__ import annotations

from django.db.models import F

from goodword.engine.decisions import Merged
from goodword.flow.settled import Settled
from goodword.flow.slice import Slice
from goodword.outbox import models as outbox
from goodword.people import models as people
from goodword.referrals import models as referrals
from goodword.rewards import models as rewards
from goodword.vouchers import models as vouchers
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
    (people.Todo, "contact"),
    (vouchers.Voucher, "buyer"),
    (vouchers.Voucher, "recipient"),
    (vouchers.Sale, "buyer"),
)


def hand_over(found: Slice, settled: list[Settled]) -> None:
    """Give all that a loser owns to the survivor, the wallets by dated rows: no value moves.

    Consents move with their dates; an opt-out of either is said again for the survivor, so that it survives.
    """
    for each in settled:
        for decision in each.decisions:
            if isinstance(decision, Merged):
                loser, survivor = decision.loser.pk, decision.survivor.root().pk
                assert loser is not None
                assert survivor is not None
                _unite_standing(loser, survivor)
                opted_out = _opted_out(loser) | _opted_out(survivor)
                for model, column in OWNED:
                    model.objects.filter(**{column: loser}).update(**{column: survivor})
                people.Consent.objects.bulk_create(
                    [
                        people.Consent(business=found.business, contact_id=survivor, channel=channel, granted=False,
                                       at=each.row.recorded_at, how="merge")
                        for channel in sorted(opted_out)
                    ]
                )  # fmt: skip
                _visits(loser, survivor)
                _wallets(found, each, loser, survivor)


def _opted_out(contact: int) -> set[str]:
    """Return the channels whose newest word is a refusal; it survives a merge (rulings 10)."""
    newest: dict[str, bool] = {}
    for consent in people.Consent.objects.filter(contact=contact).order_by("at", "pk"):
        newest[consent.channel] = consent.granted
    return {channel for channel, granted in newest.items() if not granted}


def _unite_standing(loser: int, survivor: int) -> None:
    """Keep an open complaint, and the later of the two asks."""
    rows = {row.pk: row for row in people.Contact.objects.filter(pk__in=[loser, survivor])}
    asked = [row.asked_at for row in rows.values() if row.asked_at is not None]
    enrolled = [row.enrolled_at for row in rows.values() if row.enrolled_at is not None]
    people.Contact.objects.filter(pk=survivor).update(
        complaint_open=any(row.complaint_open for row in rows.values()),
        asked_at=max(asked, default=None), enrolled_at=min(enrolled, default=None),
    )  # fmt: skip


def _visits(loser: int, survivor: int) -> None:
    """Count the openings of both links for the survivor: one row a day, so days that both have are added up."""
    counts = dict(referrals.Visit.objects.filter(contact=loser).values_list("day", "count"))
    both = list(referrals.Visit.objects.filter(contact=survivor, day__in=counts))
    for visit in both:
        visit.count = F("count") + counts[visit.day]
    referrals.Visit.objects.bulk_update(both, ["count"])
    referrals.Visit.objects.filter(contact=loser, day__in=[visit.day for visit in both]).delete()
    referrals.Visit.objects.filter(contact=loser).update(contact=survivor)


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
