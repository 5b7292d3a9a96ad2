"""Who belongs to a business, who is invited, which machines may sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db.models import Exists, OuterRef

from goodword.business.keys import digest_of
from goodword.business.models import ApiKey, Business, Invitation, Membership, Role, User

WAITING = 100  # invitations shown at most


@dataclass(frozen=True, slots=True)
class Seat:
    """One member of staff as the team's list shows them."""

    id: str
    name: str
    email: str
    role: str
    two_step: bool
    last_seen: datetime | None
    since: datetime
    person: int


def name_of(person: User) -> str:
    """Return what a member of staff is called: the name, else the address before its @."""
    return person.get_full_name() or person.email.split("@")[0]


def team(*, business: Business) -> list[Seat]:
    """Return everybody of a business, owners first. One statement."""
    order = {role: place for place, role in enumerate(Role.values)}
    return sorted(map(_seat, _seats(business)), key=lambda seat: (order[seat.role], seat.name.casefold()))


def seat(*, business: Business, ref: str) -> Seat | None:
    """Return one member of this business."""
    if not (ref.isascii() and ref.isdecimal() and len(ref) <= 18):
        return None
    found = _seats(business).filter(pk=int(ref)).first()
    return _seat(found) if found else None


def owners(*, business: Business) -> int:
    """Return how many own a business."""
    return Membership.objects.filter(business=business, role=Role.OWNER).count()


def invited(*, business: Business) -> list[Invitation]:
    """Return the invitations that nobody accepted or withdrew, the newest first; those too old are among them."""
    waiting = Invitation.objects.filter(business=business, accepted_at=None, withdrawn_at=None)
    return list(waiting.order_by("-pk")[:WAITING])


def invitation(*, business: Business, ref: str) -> Invitation | None:
    """Return one of this business's invitations that still waits."""
    waiting = Invitation.objects.filter(business=business, accepted_at=None, withdrawn_at=None)
    return waiting.filter(public_id=ref).first()


def invitation_of(secret: str) -> Invitation | None:
    """Return the invitation behind a link, in whatever state it is; found by digest, so its time tells nothing."""
    return Invitation.objects.select_related("business").filter(digest=digest_of(secret)).first()


def has_account(email: str) -> bool:
    """Say whether an address belongs to a person who can sign in."""
    return User.objects.filter(email=email, is_active=True).exists()


def api_keys(*, business: Business) -> list[ApiKey]:
    """Return the keys of a business, living ones first, then the newest. One statement."""
    found = ApiKey.objects.filter(business=business).order_by("-pk")
    return sorted(found, key=lambda key: key.revoked_at is not None)


def api_key(*, business: Business, ref: str) -> ApiKey | None:
    """Return one key of this business."""
    if not (ref.isascii() and ref.isdecimal() and len(ref) <= 18):
        return None
    return ApiKey.objects.filter(business=business, pk=int(ref)).first()


def two_step_of(person: User) -> tuple[bool, int]:
    """Return whether a code is asked for at a person's sign-in, and how many recovery codes are left."""
    found = {row.type: row for row in Authenticator.objects.filter(user=person)}
    codes = found.get(Authenticator.Type.RECOVERY_CODES)
    return Authenticator.Type.TOTP in found, len(RecoveryCodes(codes).get_unused_codes()) if codes else 0


def _seats(business: Business) -> Any:
    steps = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    found = Membership.objects.filter(business=business).select_related("user")
    return found.annotate(two_step=Exists(steps))


def _seat(row: Any) -> Seat:
    person: User = row.user
    return Seat(
        id=str(row.pk), name=name_of(person), email=person.email, role=row.role, two_step=row.two_step,
        last_seen=person.last_login, since=row.created_at, person=person.pk,
    )  # fmt: skip
