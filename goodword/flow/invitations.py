"""Invitations to join a business: made, sent anew, withdrawn, accepted once. Only the digest of a link is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from goodword.business.models import Business, Invitation, Membership, User
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow.authority import refuse_unless_allowed
from goodword.flow.staffing import role_of
from goodword.inbox import models as inbox

LASTS = timedelta(days=7)


def invite_member(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``member.invited {invitation, email, role, language, digest}``: a person is asked to join in a role.

    Raises:
        Invalid: ``bad_email``, ``unknown_role``.
        Conflict: ``already_member``, ``already_invited``.
        Refused: ``not_permitted``, ``owners_only``.
    """
    role, email = role_of(row), str(row.data.get("email", "")).strip().lower()
    refuse_unless_allowed(business, row, role)
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid("bad_email", f"“{email}” is no e-mail address", field="email") from None
    if Membership.objects.filter(business=business, user__email=email).exists():
        raise Conflict("already_member", "this person belongs to the business already", field="email")
    if open_invitations(business, now).filter(email=email).exists():
        raise Conflict("already_invited", "an invitation to that address is open; send it anew", field="email")
    language = row.data.get("language")
    Invitation.objects.create(
        business=business, public_id=row.data["invitation"], email=email, role=role, digest=row.data["digest"],
        language=language if isinstance(language, str) and len(language) <= 5 else "", created_at=now,
        expires_at=now + LASTS,
    )  # fmt: skip


def renew_invitation(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``invitation.renewed {invitation, digest}``: an invitation gets a new link and seven days more.

    Raises:
        NotFound: ``invitation_not_found``.
        Refused: ``invitation_over`` once accepted or withdrawn, ``not_permitted``, ``owners_only``.
    """
    invitation = _unaccepted(business, row)
    invitation.digest, invitation.expires_at = row.data["digest"], now + LASTS
    invitation.save(update_fields=["digest", "expires_at"])
    _tell(row, invitation)


def withdraw_invitation(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``invitation.withdrawn {invitation}``: its link works no more.

    Raises:
        NotFound: ``invitation_not_found``.
        Refused: ``invitation_over`` once accepted or withdrawn, ``not_permitted``, ``owners_only``.
    """
    invitation = _unaccepted(business, row)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    _tell(row, invitation)


def join(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``member.joined {invitation}``: an invited person accepted, once and in time.

    Raises:
        NotFound: ``invitation_not_found``.
        Refused: ``invitation_over`` when used, withdrawn or too old.
        Conflict: ``already_member``.
    """
    invitation = open_invitations(business, now).filter(public_id=row.data.get("invitation")).first()
    if invitation is None:
        raise Refused("invitation_over", "this invitation was used, withdrawn or is too old; ask for a new one")
    person = User.objects.filter(email=invitation.email, is_active=True).first()
    if person is None:
        raise NotFound("person_not_found", "nobody has an account with that address")
    _, made = Membership.objects.get_or_create(
        business=business, user=person, defaults={"role": invitation.role, "created_at": now}
    )
    if not made:
        raise Conflict("already_member", "this person belongs to the business already")
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    _tell(row, invitation)


def open_invitations(business: Business, now: datetime) -> Any:
    """Return the invitations of a business that can still be accepted."""
    waiting = Invitation.objects.filter(business=business, accepted_at=None, withdrawn_at=None)
    return waiting.filter(expires_at__gt=now)


def _unaccepted(business: Business, row: inbox.Event) -> Invitation:
    invitation = Invitation.objects.filter(business=business, public_id=row.data.get("invitation")).first()
    if invitation is None:
        raise NotFound("invitation_not_found", "no invitation of that id")
    refuse_unless_allowed(business, row, invitation.role)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise Refused("invitation_over", "this invitation was accepted or withdrawn before")
    return invitation


def _tell(row: inbox.Event, invitation: Invitation) -> None:
    row.data = {**row.data, "email": invitation.email, "role": invitation.role}
    row.save(update_fields=["data"])
