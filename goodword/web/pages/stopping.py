"""``/u/<token>``: say stop to messages, or take it back. A look alone changes nothing: link scanners look, too.

A mail program's one press (RFC 8058) is a POST of ``List-Unsubscribe=One-Click``, without a cookie, answered at once.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from goodword.flow.submit import submit
from goodword.outbox.links import read_stop_token
from goodword.reports.customers import by_code
from goodword.reports.visitors import has_stopped
from goodword.web.pages.visiting import public, shown

HOW = {False: "the link in a message", True: "taken back by the link in a message"}


@require_http_methods(["GET", "HEAD", "POST"])
@public
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, or do what was asked; the token alone is the right to it."""
    named = read_stop_token(token)
    owner = by_code(named[0]) if named else None
    if named is None or owner is None:
        return shown(request, "404.html", {}, business=None, status=404)
    channel = named[1]
    stopped = has_stopped(owner, channel=channel)
    if request.method == "POST":
        wanted = request.POST.get("do") != "again"
        if wanted != stopped:
            _say(owner, channel=channel, granted=not wanted)
        stopped = wanted
    context = {"stopped": stopped, "by_text": channel == "sms", "done": request.method == "POST"}
    return shown(request, "pages/stop.html", context, business=owner.business)


def _say(owner: Any, *, channel: str, granted: bool) -> None:
    data = {"contact": owner.public_id, "channel": channel, "granted": granted, "how": HOW[granted]}
    submit(business=owner.business, type="consent.changed", data=data, actor="customer", now=timezone.now())
