"""What a soak left in the database, counted: printed as JSON by a process of its own (``proving.py``)."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count

from goodword.business.models import Business
from goodword.engine.events import TYPES
from goodword.flow.retelling import TOLD_AGAIN
from goodword.inbox.models import Event, State
from goodword.ledger.models import Account, Entry, Transfer
from goodword.people.models import Contact, Identity, WalletOwner
from goodword.rewards.models import Reward


def balances(business: Business) -> dict[str, dict[str, int]]:
    """Return what everybody holds, by the names their sources know them by: kind of account and asset to units."""
    roots = {c.pk: c.merged_into_id for c in Contact.objects.filter(business=business)}

    def root(pk: int) -> int:
        while roots[pk] is not None:
            pk = roots[pk]
        return pk

    owners = WalletOwner.objects.filter(business=business, until=None).values_list("wallet", "contact_id")
    owner = {wallet: root(contact) for wallet, contact in owners}
    held: dict[int, Counter[str]] = defaultdict(Counter)
    for account in Account.objects.exclude(wallet=None).filter(wallet__in=owner):
        held[owner[account.wallet_id]][f"{account.kind} {account.asset}"] += account.credits - account.debits
    return {
        f"{source} {external_id}": {k: v for k, v in sorted(held[root(contact)].items()) if v}
        for source, external_id, contact in Identity.objects.filter(business=business)
        .exclude(source="goodword").values_list("source", "external_id", "contact_id")
    }  # fmt: skip


def counts(business: Business) -> dict[str, Any]:
    """Return how much there is, and what must not be."""
    twice = Reward.objects.filter(business=business).values("event", "rule", "holder").annotate(n=Count("pk"))
    return {
        "events": Event.objects.filter(business=business).count(),
        "to be decided again": Event.objects.filter(
            business=business, state=State.SETTLED, type__in=[*TYPES, *TOLD_AGAIN]
        ).count(),
        "states": dict(Event.objects.filter(business=business).order_by().values_list("state").annotate(Count("pk"))),
        "entries": Entry.objects.count(),
        "keys of entries": Entry.objects.values("key").distinct().count(),
        "transfers": Transfer.objects.count(),
        "rewards": Reward.objects.count(),
        "outside": [
            " ".join(pair)
            for pair in Event.objects.filter(business=business, type__in=TYPES)
            .exclude(source="goodword")
            .exclude(external_id__startswith="key-")
            .values_list("source", "external_id")
        ],
        "rewards given twice": twice.filter(n__gt=1).count(),
        "balances": balances(business),
    }


def main() -> None:
    """Print what there is."""
    print(json.dumps(counts(Business.objects.get())))
