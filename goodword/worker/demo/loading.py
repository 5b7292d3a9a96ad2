"""Load the demo business, once; say how to sign in."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction

from goodword.business.models import Business, Membership, Role, User
from goodword.errors import Conflict
from goodword.flow.demo import DOMAIN, remove_demo
from goodword.flow.opening import open_business
from goodword.worker.demo.replay import replay
from goodword.worker.demo.story import DAYS
from goodword.worker.demo.year import story

OWNER = f"demo{DOMAIN}"
STAFF = {f"office{DOMAIN}": Role.OFFICE, f"tech{DOMAIN}": Role.TECHNICIAN}
PASSWORD = "goodword-demo"  # noqa: S105 - written in the README; only for the demo, only on one's own machine
AT_HOME = frozenset({"127.0.0.1", "localhost", "::1"})


def demo_business() -> Business | None:
    """Return the demo that is loaded, or half loaded."""
    return Business.objects.filter(is_demo=True).order_by("pk").first()


def is_whole(business: Business) -> bool:
    """Say whether loading it came to its end: the staff come last."""
    return Membership.objects.filter(business=business, user__email__in=STAFF).count() == len(STAFF)


def password_for(public_url: str) -> str:
    """Return the documented password on one's own machine, a random one where others can come in."""
    return PASSWORD if urlsplit(public_url).hostname in AT_HOME else secrets.token_urlsafe(15)


def load(*, now: datetime, password: str, told: Callable[[float], None] | None = None) -> Business:
    """Open Fern Lawn Care and let its year happen. A half-loaded demo is removed first.

    Raises:
        Conflict: ``demo_user_taken``: somebody else's account has an address of the demo.
    """
    half = demo_business()
    if half is not None:
        remove_demo(business=half)
    if User.objects.filter(email__in=[OWNER, *STAFF]).exists():
        raise Conflict("demo_user_taken", f"there is an account {OWNER} (or office, tech) that the demo did not make")
    moments = story(now=now)
    begun = min(moments[0].at, now - timedelta(days=DAYS)) - timedelta(hours=1)
    business = open_business(
        name="Fern Lawn Care", currency="USD", timezone="America/Denver", country="US", region="CO", language="en",
        owner_email=OWNER, now=begun, demo=True,
    ).business  # fmt: skip
    business.phone, business.email, business.colour = "(303) 555-0100", "hello@fernlawncare.example", "#2f7d4f"
    business.save(update_fields=["phone", "email", "colour"])
    replay(business=business, moments=moments, now=now, told=told)
    _let_in(business, password, now=now)
    return business


def _let_in(business: Business, password: str, *, now: datetime) -> None:
    with transaction.atomic():
        owner = User.objects.get(email=OWNER)
        owner.set_password(password)
        owner.first_name, owner.last_name = "Dana", "Fern"
        owner.save(update_fields=["password", "first_name", "last_name"])
        for email, role in STAFF.items():
            user = User.objects.create_user(email, password)
            Membership.objects.create(business=business, user=user, role=role, created_at=now)
