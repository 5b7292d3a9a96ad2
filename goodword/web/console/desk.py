"""Who sits at the console and in which business: looked at before any page, once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from goodword.business.models import Business, Membership
from goodword.reports.waiting import badges
from goodword.web.console.menu import menu
from goodword.web.console.roles import PAGES, ROLES
from goodword.web.labels import ROLE_NAMES
from goodword.web.media import url_of

CHOSEN = "business"  # in the session: the business of one who belongs to several


@dataclass(frozen=True, slots=True)
class Desk:
    """The business in use, the person and what the person may do; ``now`` is the same for the whole request."""

    business: Business
    person: Any
    role: str
    now: datetime
    lang: str
    several: bool

    @property
    def may(self) -> frozenset[str]:
        """Return what the role allows."""
        return ROLES[self.role]

    @property
    def actor(self) -> str:
        """Return the name under which a command of this person is kept."""
        return f"user:{self.person.email}"


View = Callable[..., HttpResponseBase]


def page(name: str, view: View, *, methods: tuple[str, ...] = ("GET", "HEAD")) -> View:
    """Return the view behind the door: signed in, a member, allowed what ``PAGES[name]`` asks for.

    A page of another business's thing answers 404, like one that does not exist.
    """
    wanted = PAGES[name]

    @require_http_methods(list(methods))
    @never_cache
    @login_required
    @functools.wraps(view)
    def opened(request: HttpRequest, **named: str) -> HttpResponseBase:
        desk = desk_of(request)
        if desk is None:
            return redirect("console:start")
        if wanted and wanted not in desk.may:
            if name == "overview":  # where one lands after signing in
                return redirect("console:today" if PAGES["today"] in desk.may else "console:customers")
            raise PermissionDenied
        with timezone.override(ZoneInfo(desk.business.timezone)):
            return view(request, desk, **named)

    return opened


def desk_of(request: HttpRequest) -> Desk | None:
    """Return the desk of the person who is signed in; None for somebody without a business."""
    person: Any = request.user
    seats = list(Membership.objects.filter(user=person).select_related("business").order_by("pk"))
    if not seats:
        return None
    wanted = request.session.get(CHOSEN)
    seat = next((seat for seat in seats if seat.business.public_id == wanted), None)
    seat = seat or next((seat for seat in seats if not seat.business.is_demo), seats[0])
    lang = translation.get_language() or "en"
    return Desk(seat.business, person, seat.role, timezone.now(), lang, len(seats) > 1)


def shown(
    request: HttpRequest, desk: Desk, template: str, context: dict[str, Any], *, active: str, status: int = 200
) -> HttpResponse:
    """Render one page in the console's frame."""
    counts = badges(business=desk.business, now=desk.now)
    name = desk.person.get_full_name() or desk.person.email.split("@")[0]
    shell = {
        "business_name": desk.business.name, "logo_url": url_of(desk.business.logo),
        "person_name": name, "person_email": desk.person.email, "role_label": ROLE_NAMES[desk.role], **counts,
        "demo": desk.business.is_demo, "may": desk.may, "several": desk.several,
        "menu": menu(desk.may, counts),
    }  # fmt: skip
    return render(request, template, {"shell": shell, "active": active, **context}, status=status)
