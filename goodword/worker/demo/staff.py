"""Who works at Fern Lawn Care: somebody in every role, invited and let in as anybody is. One password for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from goodword.business.models import Business, Role, User
from goodword.flow import admitting
from goodword.flow.authority import STAFF as SIGNED_IN
from goodword.flow.demo import DOMAIN


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff; ``role`` is the one they were invited in."""

    place: str
    name: str
    role: Role

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.place}{DOMAIN}"

    @property
    def actor(self) -> str:
        """How events name them."""
        return f"{SIGNED_IN}{self.email}"


OWNER = Member("demo", "Dana Fern", Role.OWNER)
ADMIN = Member("admin", "Marcus Webb", Role.ADMIN)
MANAGER = Member("manager", "Priya Raman", Role.OFFICE)  # became the manager in the course of the year
OFFICE = Member("office", "Elena Ortiz", Role.OFFICE)
TECHNICIAN = Member("tech", "Tomás Rivera", Role.TECHNICIAN)
SECOND = Member("crew", "Kayla Brooks", Role.TECHNICIAN)
VIEWER = Member("books", "Samuel Okafor", Role.VIEWER)
MEMBERS = (ADMIN, MANAGER, OFFICE, TECHNICIAN, SECOND, VIEWER)


def hire(*, business: Business, now: datetime) -> None:
    """Name the owner and let the others in; none of them can sign in yet."""
    first, last = OWNER.name.split()
    User.objects.filter(email=OWNER.email).update(first_name=first, last_name=last)
    for member in MEMBERS:
        first, last = member.name.split()
        User.objects.create_user(member.email, first_name=first, last_name=last)
        invitation, _ = admitting.invite(
            business=business, email=member.email, role=member.role, language="en", actor=OWNER.actor, now=now
        )
        admitting.accept(invitation=invitation, now=now)


def give_password(password: str) -> None:
    """Let all of them sign in with this password. It is hashed once: seven times would take seconds."""
    User.objects.filter(email__in=[each.email for each in (OWNER, *MEMBERS)]).update(password=make_password(password))
