"""The part of the world that a batch speaks of, with the rows it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from goodword.business.models import Business
from goodword.engine.records import Contact, Job, Lot, Referral, Revision, Ticket
from goodword.engine.world import World

Key = tuple[str, str]


@dataclass(slots=True)
class Slice:
    """A world and the rows it was read from; ``rows`` is keyed by the engine object's ``id()``."""

    business: Business
    book: int
    world: World
    rows: dict[int, Model] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    jobs: dict[int, Job] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    referrals: dict[int, Referral] = field(default_factory=dict)
    lots: dict[int, Lot] = field(default_factory=dict)
    revisions: dict[int, Revision] = field(default_factory=dict)
    wallets: dict[int, list[int]] = field(default_factory=dict)  # by contact pk, the first is theirs from the start
    lot_wallets: dict[int, int] = field(default_factory=dict)  # by the lot's id()
    lapsed: dict[int, int] = field(default_factory=dict)  # by lot pk: units lapsed that a late event may bring back
    debts: dict[tuple[int, str], int] = field(default_factory=dict)  # by wallet and asset
    uses: dict[tuple[Any, ...], Model] = field(default_factory=dict)
    identities: set[Key] = field(default_factory=set)  # stored already
    grant_rows: list[Any] = field(default_factory=list)
    reward_vouchers: set[str] = field(default_factory=set)  # our ids: their lots lie in wallets of the slice
