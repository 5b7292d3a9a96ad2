"""Letting people and machines in: chance makes the secret here, the command that follows keeps its digest alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from goodword.business import keys
from goodword.business.models import ApiKey, Business, Invitation, User
from goodword.errors import Conflict, Invalid
from goodword.flow.authority import STAFF
from goodword.flow.minting import mint_id
from goodword.flow.naming import split_name
from goodword.flow.submit import submit

SECRET_BYTES = 32


def invite(
    *, business: Business, email: str, role: str, language: str, actor: str, now: datetime
) -> tuple[Invitation, str]:
    """Invite a person and return the invitation and the secret of its link, which is not kept.

    Raises:
        Refused: what ``invitations.invite_member`` refuses.
    """
    secret, ref = secrets.token_urlsafe(SECRET_BYTES), mint_id("inv", at=now)
    data = {"invitation": ref, "email": email, "role": role, "language": language, "digest": keys.digest_of(secret)}
    submit(business=business, type="member.invited", data=data, actor=actor, now=now)
    return Invitation.objects.get(business=business, public_id=ref), secret


def renew(*, business: Business, public_id: str, actor: str, now: datetime) -> tuple[Invitation, str]:
    """Give an invitation a new link and seven more days; the old link works no longer.

    Raises:
        Refused: what ``invitations.renew_invitation`` refuses.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    data = {"invitation": public_id, "digest": keys.digest_of(secret)}
    submit(business=business, type="invitation.renewed", data=data, actor=actor, now=now)
    return Invitation.objects.get(business=business, public_id=public_id), secret


def accept(*, invitation: Invitation, now: datetime, name: str = "", password: str | None = None) -> User:
    """Let the invited person in and return them: with a password a new account is made, without it theirs is used.

    Args:
        invitation: as it was found by its secret; it is looked at again under the business's lock.
        password: None when the person has an account and is signed in to it.

    Raises:
        Invalid: ``bad_name``, ``bad_password``.
        Conflict: ``email_taken``: the address got an account meanwhile; sign in instead.
        Refused: what ``invitations.join`` refuses; then no account was made either.
    """
    email = invitation.email
    with transaction.atomic():
        if password is not None:
            _new_person(email, name=name, password=password, language=invitation.language)
        submit(
            business=invitation.business, type="member.joined", data={"invitation": invitation.public_id},
            actor=f"{STAFF}{email}", now=now,
        )  # fmt: skip
    return User.objects.get(email=email)


def _new_person(email: str, *, name: str, password: str, language: str) -> None:
    first, last = split_name(name)
    person = User(email=email, first_name=first, last_name=last, language=language)
    try:
        validate_password(password, person)
    except ValidationError as fault:
        raise Invalid("bad_password", " ".join(fault.messages), field="password") from None
    person.password = make_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        raise Conflict("email_taken", "this e-mail address has an account already", field="email") from None


def make_key(
    *, business: Business, name: str, source: str, scopes: Iterable[str], actor: str, now: datetime
) -> tuple[ApiKey, str]:
    """Make a key and return its row and the key itself, which is not kept and cannot be shown again.

    Raises:
        Refused: what ``keying.make_key`` refuses.
    """
    secret = keys.secret_of(secrets.token_bytes(keys.ENTROPY))
    data = {
        "name": name.strip(), "source": source.strip(), "scopes": sorted(set(scopes)),
        "prefix": secret[: keys.SHOWN], "digest": keys.digest_of(secret),
    }  # fmt: skip
    submit(business=business, type="key.made", data=data, actor=actor, now=now)
    return ApiKey.objects.get(business=business, digest=data["digest"]), secret
