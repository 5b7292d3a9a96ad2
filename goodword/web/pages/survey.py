"""``/s/<token>``: one tap from 1 to 5, then a word if one likes; the thanks are the same for every score."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.reports.surveys import asked
from goodword.web import showing
from goodword.web.pages.throttle import too_often
from goodword.web.pages.visiting import first_name, public, shown

COMMENT = 2000


@require_http_methods(["GET", "HEAD", "POST"])
@public
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the score; once it was given, thank."""
    job = asked(token)
    if job is None:
        return shown(request, "404.html", {}, business=None, status=404)
    if job.scores:
        return _thanks(request, job)
    if request.method != "POST":
        return _question(request, job)
    given = request.POST.get("score", "")
    if given not in {"1", "2", "3", "4", "5"} or too_often(request, what="survey"):
        return _question(request, job, error=_("Please tap a number from 1 to 5."), status=422)
    _answer(job, {"score": int(given)}, key=f"survey:{job.public_id}")
    return redirect("pages:survey", token)


@require_POST
@public
def comment(request: HttpRequest, token: str) -> HttpResponse:
    """Keep a word beside the score that was given."""
    job = asked(token)
    if job is None or not job.scores:
        return redirect("pages:survey", token)
    text = request.POST.get("comment", "").strip()[:COMMENT]
    if text and not too_often(request, what="survey"):
        score = max(map(tuple, job.scores))[1]
        with suppress(Refused):  # there is one already; the first stays
            _answer(job, {"score": score, "comment": text}, key=f"survey-comment:{job.public_id}")
    return _thanks(request, job, saved=True)


def _answer(job: Any, told: dict[str, Any], *, key: str) -> None:
    data = {"survey": {"job": job.external_id, "contact": job.contact.public_id, **told}}
    if job.external_id is None:
        del data["survey"]["job"]
    submit(
        business=job.business, type="survey.answered", data=data, actor="customer", now=timezone.now(), key=key,
        source=job.source,
    )  # fmt: skip


def _question(request: HttpRequest, job: Any, *, error: str = "", status: int = 200) -> HttpResponse:
    words = [_("very bad"), _("bad"), _("all right"), _("good"), _("very good")]
    with showing.zone_of(job.business):
        done = showing.day(showing.instant(job.reached["completed"])) if "completed" in job.reached else ""
    services = ", ".join(job.services)
    line = _("%(work)s on %(day)s") % {"work": services, "day": done} if services and done else services or done
    context = {
        "customer_first_name": first_name(job.contact.name), "job_line": line, "error": error, "score": None,
        "scores": [{"score": n, "text": text} for n, text in enumerate(words, 1)],
    }  # fmt: skip
    return shown(request, "pages/survey.html", context, business=job.business, status=status)


def _thanks(request: HttpRequest, job: Any, *, saved: bool = False) -> HttpResponse:
    there = reverse("pages:survey_comment", args=[job.survey_token])
    context = {"comment_url": there, "comment_saved": saved, "comment_errors": [], "reviews": []}
    return shown(request, "pages/survey_thanks.html", context, business=job.business)
