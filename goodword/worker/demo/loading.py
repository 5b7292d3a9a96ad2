"""Load the demo business, once; say how to sign in."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from goodword.business.models import Business, User
from goodword.errors import Conflict
from goodword.flow.demo import remove_demo
from goodword.flow.opening import open_business
from goodword.flow.record import COMMANDS
from goodword.flow.statistics import look_again
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.worker.demo import firm, staff
from goodword.worker.demo.replay import replay
from goodword.worker.demo.story import DAYS
from goodword.worker.demo.year import story

OWNER = staff.OWNER.email
STAFF = {each.email: each.role for each in staff.MEMBERS}
WHOLE = "demo:whole"  # the last event of loading: the owner signs in
PASSWORD = "goodword-demo"  # noqa: S105 - written in the README; only for the demo, only on one's own machine
AT_HOME = frozenset({"127.0.0.1", "localhost", "::1"})


def demo_business() -> Business | None:
    """Return the demo that is loaded, or half loaded."""
    return Business.objects.filter(is_demo=True).order_by("pk").first()


def is_whole(business: Business) -> bool:
    """Say whether loading it came to its end."""
    return Event.objects.filter(business=business, source=COMMANDS, external_id=WHOLE).exists()


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
        raise Conflict(
            "demo_user_taken", f"there is an account {OWNER} (or another of its staff) that the demo did not make"
        )
    moments = story(now=now)
    begun = min(moments[0].at, now - timedelta(days=DAYS)) - timedelta(hours=1)
    business = open_business(
        name="Fern Lawn Care", currency="USD", timezone="America/Denver", country="US", region="CO", language="en",
        owner_email=OWNER, now=begun, demo=True,
    ).business  # fmt: skip
    staff.hire(business=business, now=begun)
    firm.set_up(business=business, now=begun)
    replay(business=business, moments=moments, now=now, told=told)
    staff.give_password(password)
    submit(
        business=business, type="person.signed_in", data={"two_step": False}, actor=staff.OWNER.actor, now=now,
        key=WHOLE,
    )  # fmt: skip
    look_again()
    return business
