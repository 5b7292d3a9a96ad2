"""Messages: the outbox as the customer sees it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.errors import NotFound
from goodword.flow.troubles import retry_message
from goodword.reports import correspondence
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import filters, paged
from goodword.web.console.wording import letter


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show messages word for word."""
    state, text, after = (request.GET.get(name, "") for name in ("state", "q", "after"))
    page = correspondence.letters(business=desk.business, state=state, text=text, after=after)
    names = [("", _("All")), ("waiting", _("Waiting")), ("sent", _("Sent")), ("failed", _("Not delivered")),
             ("cancelled", _("Cancelled"))]  # fmt: skip
    context = {
        "outbox": [letter(message, desk) for message in page.rows], "query": text,
        "local_outbox": any(message.channel == "sms" for message in page.rows),
        "filters": filters(request, name="state", choices=names), **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/messages.html", context, active="messages")


def retry(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Put a message that failed in line again."""
    try:
        retry_message(business=desk.business, public_id=ref, now=desk.now)
    except NotFound:
        raise Http404 from None
    messages.success(request, _("It is in line again."))
    return redirect("console:messages")
