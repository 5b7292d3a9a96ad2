"""What a member of staff may do to the seats of others: owners all, admins all but what touches owners."""

from __future__ import annotations

from goodword.business.models import Business, Membership, Role
from goodword.errors import Refused
from goodword.inbox import models as inbox

STAFF = "user:"  # how an actor who signed in is written


def person_of(actor: str) -> str:
    """Return the e-mail address of an actor who signed in; empty for the command line and for machines."""
    return actor.removeprefix(STAFF) if actor.startswith(STAFF) else ""


def refuse_unless_allowed(business: Business, row: inbox.Event, *roles: str, owners_only: bool = False) -> None:
    """Let an owner handle seats of these roles, an admin those that are no owner's; the command line may all.

    Looked at in the command's own transaction, whatever the page that sent it had looked at before.

    Raises:
        Refused: ``not_permitted``, ``owners_only``.
    """
    email = person_of(row.actor)
    if not email:
        return
    seats = Membership.objects.filter(business=business, user__email=email)
    own = seats.values_list("role", flat=True).first()
    if own == Role.OWNER:
        return
    if own != Role.ADMIN:
        raise Refused("not_permitted", "only an owner or an administrator may do that")
    if owners_only or Role.OWNER in roles:
        raise Refused("owners_only", "only an owner makes owners, changes them or lets them go")
