"""Work entered by hand, for a business without another system: a job's progress, and its score."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.money import Amount, parse_major
from goodword.reports import customers as reading
from goodword.reports.pipeline import named
from goodword.web.console.asking_form import Field, Form, form_page, once
from goodword.web.console.desk import Desk
from goodword.web.console.refusals import sentence_of
from goodword.web.labels import JOB_STATUSES

SCORES = tuple(str(n) for n in range(1, 6))


def job(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask how far a job has got and what it comes to, and record it."""
    contact = _contact(desk, ref)
    key = once(request)
    form = _form(desk, contact, key)
    if request.method != "POST":
        return form_page(request, desk, form, active="customers")
    known = reading.job_of(contact=contact, public_id=request.POST.get("job", ""))
    told: dict[str, Any] = {"contact": contact.public_id, "status": request.POST.get("status", "")}
    told["external_id"] = known.external_id if known else f"J-{key[:8].upper()}"
    services, total = (request.POST.get(name, "").strip() for name in ("services", "total"))
    try:
        if services:
            told["services"] = [services]
        if total:
            told["total"] = parse_major(total.replace(",", "."), desk.business.currency)
        source = known.source if known else "goodword"
        submit(
            business=desk.business, type="job.saved", data={"job": told}, actor=desk.actor, now=desk.now, source=source
        )
    except Refused as refusal:
        place = "total" if "digits" in refusal.code or "amount" in refusal.code or "money" in refusal.code else ""
        return form_page(request, desk, form, active="customers", faults={place: sentence_of(refusal, lang=desk.lang)})
    messages.success(request, _("Recorded. What follows from it happens by itself."))
    return redirect("console:customer", contact.public_id)


def score(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Record the score that a customer gave for a finished job, from 1 to 5 (R98)."""
    contact = _contact(desk, ref)
    known = reading.job_of(contact=contact, public_id=request.POST.get("job", ""))
    given = request.POST.get("score", "")
    if known is None or given not in SCORES:
        messages.error(request, _("Choose a job and a score from 1 to 5."))
        return redirect("console:customer", contact.public_id)
    data = {"survey": {"job": known.external_id, "contact": contact.public_id, "score": int(given)}}
    try:
        submit(
            business=desk.business, type="survey.answered", data=data, actor=desk.actor, now=desk.now,
            source=known.source,
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence_of(refusal, lang=desk.lang))
    else:
        messages.success(request, _("Score saved."))
    back = "customer_visit" if request.POST.get("back") == "visit" else "customer"
    return redirect(f"console:{back}", contact.public_id)


def job_lines(jobs: Iterable[Any], desk: Desk) -> list[dict[str, Any]]:
    """Return the lines of the card *Work*."""
    return [
        {
            "id": job.public_id, "title": ", ".join(job.services) or job.external_id or _("A purchase"),
            "status": job.status, "score": max(map(tuple, job.scores))[1] if job.scores else None,
            "total": Amount(job.total, desk.business.currency) if job.total is not None else None,
            "can_score": not job.scores and "completed" in job.reached and job.external_id is not None,
            "can_move": job.external_id is not None and job.status not in ("paid", "cancelled"),
        }
        for job in jobs
    ]  # fmt: skip


def _contact(desk: Desk, ref: str) -> Any:
    contact = reading.customer(business=desk.business, public_id=ref)
    if contact is None:
        raise Http404
    return contact


def _form(desk: Desk, contact: Any, key: str) -> Form:
    known = [{"value": "", "text": _("A new job")}] + [
        {"value": job.public_id, "text": " · ".join(filter(None, (*job.services, job.external_id)))}
        for job in reading.open_jobs(contact=contact)
    ]
    return Form(
        title=_("Record a job"), button=_("Save"), back=reverse("console:customer", args=[contact.public_id]),
        back_text=named(contact), hidden={"form": key},
        lead=_("For work that no other system tells us about. A later state implies the earlier ones."),
        fields=[
            Field("job", _("Which job"), kind="choice", options=known),
            Field("services", _("What was done")),
            Field("status", _("State"), kind="choice", initial="completed",
                  options=[{"value": code, "text": str(text)} for code, text in JOB_STATUSES.items()]),
            Field("total", _("Total before tax, in %(currency)s") % {"currency": desk.business.currency},
                  kind="decimal"),
        ],
    )  # fmt: skip
