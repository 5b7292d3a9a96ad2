"""At the customer's door: what to say, the link large and ready to be passed on from one's own phone (R123)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from goodword.outbox.links import referral_link
from goodword.reports import today as report
from goodword.reports.pipeline import named
from goodword.web.console.desk import Desk, shown
from goodword.web.console.sharing import customer_of, ways
from goodword.web.passing_on import opening
from goodword.web.showing import address_line

REASONS: dict[str, Promise] = {
    "blocked": _("This customer is blocked from referring."),
    "complaint": _("A complaint is open. Listen first; there will be a better day to ask."),
    "unhappy": _("The last score was low. Ask what we could do better instead."),
    "opted_out": _("The customer does not want to be written to. You may show the code, but send nothing."),
}


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show the ways to pass the link on, or say kindly that this is not the day to ask."""
    contact = customer_of(desk, ref)
    stopped = report.why_not_ask(business=desk.business, contact=contact, now=desk.now)
    job = report.job_to_score(contact=contact)
    context = {
        "customer": {"id": contact.public_id, "name": named(contact), "code": contact.code,
                     "address": address_line(contact.address), "link": referral_link(contact.code)},
        "stopped": stopped, "may_show": stopped in ("", "opted_out"), "reason": REASONS.get(stopped, ""),
        "ways": [] if stopped else ways(desk, contact), "press": opening(),
        "job": {"id": job.public_id, "title": ", ".join(job.services)} if job is not None else None,
    }  # fmt: skip
    return shown(request, desk, "console/visit.html", context, active="today")
