"""Who belongs to a business: another role, a way back in, removed. An admin makes no owners and touches none."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business, Membership, Role
from goodword.errors import Invalid, NotFound, Refused
from goodword.flow.authority import person_of, refuse_unless_allowed
from goodword.inbox import models as inbox


def change_role(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``member.role_changed {member, role}``: a member of staff has another role from now on.

    Raises:
        NotFound: ``member_not_found``.
        Invalid: ``unknown_role``.
        Refused: ``not_permitted``, ``owners_only``, ``last_owner``.
    """
    seat, role = seat_of(business, row), role_of(row)
    refuse_unless_allowed(business, row, seat.role, role)
    if role != Role.OWNER:
        _refuse_last_owner(business, seat)
    row.data = {**row.data, "email": seat.user.email, "from": seat.role}
    row.save(update_fields=["data"])
    seat.role = role
    seat.save(update_fields=["role"])


def remove_member(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``member.removed {member}``: a person belongs to the business no more; what they did stays.

    Their sessions open this business no longer: every page looks at the membership.

    Raises:
        NotFound: ``member_not_found``.
        Refused: ``not_permitted``, ``owners_only``, ``last_owner``.
    """
    seat = seat_of(business, row)
    refuse_unless_allowed(business, row, seat.role)
    _refuse_last_owner(business, seat)
    row.data = {**row.data, "email": seat.user.email, "role": seat.role}
    row.save(update_fields=["data"])
    seat.delete()


def make_reset_link(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - a Command
    """``member.reset_link_made {member}``: an owner got a one-time link to hand to a member of staff.

    Refused for a person who also belongs to a business which this owner does not own: the link would open that too.

    Raises:
        NotFound: ``member_not_found``.
        Refused: ``not_permitted``, ``owners_only``, ``belongs_elsewhere``.
    """
    seat = seat_of(business, row)
    refuse_unless_allowed(business, row, owners_only=True)
    owned = Membership.objects.filter(user__email=person_of(row.actor), role=Role.OWNER).values("business")
    elsewhere = Membership.objects.filter(user=seat.user).exclude(business__in=owned)
    if seat.user.is_staff or seat.user.is_superuser or elsewhere.exists():
        raise Refused("belongs_elsewhere", "this person also belongs to a business that you do not own")
    row.data = {**row.data, "email": seat.user.email}
    row.save(update_fields=["data"])


def seat_of(business: Business, row: inbox.Event) -> Membership:
    """Return the membership that an event speaks of, of this business.

    Raises:
        NotFound: ``member_not_found``.
    """
    ref = str(row.data.get("member", ""))
    seats = Membership.objects.select_related("user").filter(business=business)
    seat = seats.filter(pk=int(ref)).first() if ref.isascii() and ref.isdecimal() and len(ref) <= 18 else None
    if seat is None:
        raise NotFound("member_not_found", "nobody of this business has that place")
    return seat


def role_of(row: inbox.Event) -> str:
    """Return the role that an event names.

    Raises:
        Invalid: ``unknown_role``.
    """
    role = str(row.data.get("role", ""))
    if role not in Role.values:
        raise Invalid("unknown_role", f"no role “{role}”; take one of {', '.join(Role.values)}", field="role")
    return role


def _refuse_last_owner(business: Business, seat: Membership) -> None:
    owners = Membership.objects.filter(business=business, role=Role.OWNER)
    if seat.role == Role.OWNER and not owners.exclude(pk=seat.pk).exists():
        raise Refused("last_owner", "a business keeps an owner; make somebody else an owner first")
