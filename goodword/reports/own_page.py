"""What a customer may see of the friends they sent: how many, and of each how far, never who (docs/decisions.md)."""

from __future__ import annotations

from dataclasses import dataclass

from goodword.business.models import Business, Membership, User
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from goodword.reports.pipeline import state_of, with_names

FRIENDS = 6
# How far, in the few steps that a referrer may know: whether there is a bill, and whether it is paid, is the friend's.
STEPS = {"attributed": "came", "consultation": "came", "booked": "booked",
         "completed": "customer", "invoiced": "customer", "paid": "customer"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Friend:
    """One friend: the name, for its first letters only, and a step: came, booked, customer or cancelled."""

    name: str
    step: str


def friends(*, contact: Contact) -> list[Friend]:
    """Return the friends a contact sent, the latest first, at most 6. One statement."""
    rows = with_names(Referral.objects.filter(referrer=contact, removed_at=None)).order_by("-pk")[:FRIENDS]
    return [
        Friend(row.friend.name, "cancelled" if state_of(row) == "cancelled" else STEPS[row.stage or "attributed"])
        for row in rows
    ]


def works_for(*, business: Business, person: User) -> bool:
    """Say whether somebody who is signed in belongs to the business. One statement."""
    return Membership.objects.filter(business=business, user=person).exists()
