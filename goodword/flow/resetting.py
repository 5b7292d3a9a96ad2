"""A one-time link to a new password, for where no mail goes out: made by an owner or at the command line."""

from __future__ import annotations

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.db import transaction

from goodword.business.models import Business, User
from goodword.errors import Refused
from goodword.flow.noting import note
from goodword.flow.submit import submit
from goodword.outbox.links import reset_link


def link_for_member(*, business: Business, member: int | str, actor: str, now: datetime) -> tuple[User, str]:
    """Return a member of staff and a link by which they choose a new password; an owner hands it over.

    It works once, for as long as ``PASSWORD_RESET_TIMEOUT`` says, and until they next sign in.

    Raises:
        Refused: what ``staffing.make_reset_link`` refuses.
    """
    row = submit(business=business, type="member.reset_link_made", data={"member": member}, actor=actor, now=now)
    person = User.objects.get(email=row.data["email"])
    return person, _link(person)


def link_for(*, email: str, without_two_step: bool = False, now: datetime) -> str:
    """Return such a link for anybody, asked for at the command line of the machine itself.

    Args:
        without_two_step: turn two-step sign-in off too, for one who lost the phone and the recovery codes.

    Raises:
        Refused: ``person_not_found``.
    """
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise Refused("person_not_found", f"nobody with an account has the address {email.strip()}")
    if without_two_step:
        with transaction.atomic():
            Authenticator.objects.filter(user=person).delete()
        note(person=person, type="person.two_step_off", data={"by": "command line"}, now=now)
    return _link(person)


def _link(person: User) -> str:
    return reset_link(f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}")
