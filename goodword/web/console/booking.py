"""A voucher booked to a job that it will pay for, and the job taken off again (R15)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.reports import redemptions as report
from goodword.reports.candidates import candidates
from goodword.reports.redemptions import Seen
from goodword.web.console.desk import Desk, shown
from goodword.web.console.redeem_words import barred
from goodword.web.console.refusals import sentence_of
from goodword.web.console.voucher_seen import job_title, told


def book(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Find the job by its customer, and book the voucher to it."""
    seen = _found(desk, ref)
    job, text = request.POST.get("job", ""), request.POST.get("who", "").strip()[:100]
    if request.method != "POST":
        return _page(request, desk, seen)
    if not job:
        said = "" if text else _("Choose the job it will pay for.")
        return _page(request, desk, seen, text=text, fault=said)
    data = {"voucher": seen.voucher.public_id, "job": job}
    try:
        submit(business=desk.business, type="voucher.booked", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return _page(request, desk, seen, text=text, fault=sentence_of(refusal, lang=desk.lang))
    messages.success(request, _("Booked: it will pay for this job."))
    return redirect("console:voucher_redeem", seen.voucher.public_id)


def unbook(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Take the job off again."""
    seen = _found(desk, ref)
    data = {"voucher": seen.voucher.public_id}
    try:
        submit(business=desk.business, type="voucher.unbooked", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        messages.error(request, sentence_of(refusal, lang=desk.lang))
    else:
        messages.success(request, _("The job was taken off; the voucher is free again."))
    return redirect("console:voucher_redeem", seen.voucher.public_id)


def _page(request: HttpRequest, desk: Desk, seen: Seen, *, text: str = "", fault: str = "") -> HttpResponse:
    row = seen.voucher
    if text:
        found = candidates(business=desk.business, text=text)
        people = report.keys_of(business=desk.business, public_ids=[each.id for each in found])
    else:
        people = [each.pk for each in (row.recipient, row.buyer) if each is not None]
    jobs = report.jobs_of(business=desk.business, contacts=people)
    context = {
        **told(seen, desk), "barred": barred(seen, desk), "text": text, "fault": fault, "asked": bool(text),
        "jobs": [{"value": job.public_id, "text": job_title(job), "current": job.pk == row.job_id} for job in jobs],
    }  # fmt: skip
    return shown(request, desk, "console/voucher_book.html", context, active="redeem", status=422 if fault else 200)


def _found(desk: Desk, ref: str) -> Seen:
    seen = report.seen(business=desk.business, ref=ref)
    if seen is None:
        raise Http404
    return seen
