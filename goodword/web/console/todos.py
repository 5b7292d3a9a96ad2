"""To-dos: whom to call and thank, what somebody noted for a customer; done, and not done after all (R49)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from goodword.engine.durations import local_date
from goodword.errors import NotFound, Refused
from goodword.flow.submit import submit
from goodword.outbox.rendering import first_name
from goodword.reports import customers
from goodword.reports import todos as reading
from goodword.reports.pipeline import named
from goodword.reports.todos import Line
from goodword.web import showing
from goodword.web.console.asking_form import Field, Form, form_page
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import paged
from goodword.web.console.refusals import sentence_of


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what is to be done, the longest due first, and what was done lately."""
    after = request.GET.get("after", "")
    page = reading.open_todos(business=desk.business, after=after)
    context = {
        "todos": [todo_line(line, desk) for line in page.rows],
        "done": [todo_line(line, desk) for line in ([] if after else reading.done_todos(business=desk.business))],
        **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/todos.html", context, active="todo")


def new(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Note something to be done for a customer."""
    contact = customers.customer(business=desk.business, public_id=ref)
    if contact is None:
        raise Http404
    back = reverse("console:customer", args=[contact.public_id])
    form = Form(
        title=_("Something to do"), button=_("Save"), back=back, back_text=named(contact),
        lead=_("It waits on the page To do until somebody has done it."),
        fields=[Field("text", _("What is to be done?"), kind="area", required=True),
                Field("day", _("From which day on"), kind="date", initial=_today(desk))],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="todo")
    data = {"contact": contact.public_id, "text": request.POST.get("text", ""), "day": request.POST.get("day", "")}
    try:
        submit(business=desk.business, type="todo.added", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        place = {"text_required": "text", "bad_day": "day"}.get(refusal.code, "")
        return form_page(request, desk, form, active="todo", faults={place: sentence_of(refusal, lang=desk.lang)})
    messages.success(request, _("Noted."))
    return redirect("console:todo")


def done(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Call one done."""
    return _act(request, desk, "todo.done", ref, said=_("Done. Thank you!"))


def reopen(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Put one back among those to be done."""
    return _act(request, desk, "todo.reopened", ref, said=_("It waits again."))


def _act(request: HttpRequest, desk: Desk, kind: str, ref: str, *, said: str) -> HttpResponse:
    try:
        submit(business=desk.business, type=kind, data={"todo": ref}, actor=desk.actor, now=desk.now)
    except NotFound:
        raise Http404 from None
    except Refused as refusal:
        messages.warning(request, sentence_of(refusal, lang=desk.lang))
    else:
        messages.success(request, said)
    return redirect("console:todo")


def todo_line(line: Line, desk: Desk) -> dict[str, Any]:
    """Return a *to-do* of templates/README.md."""
    todo, contact = line.todo, line.contact
    today = local_date(desk.now, _zone(desk))
    due = local_date(todo.due_at, _zone(desk))
    return {
        "id": todo.public_id, "kind": todo.kind, "due": todo.due_at, "late": due < today, "later": due > today,
        "title": _title(line), "reason": _reason(line), "caution": _caution(line),
        "say": _say(line, desk) if todo.kind == "thank" else "", "say_lang": _language(line, desk),
        "name": named(contact) if contact is not None else "",
        "url": reverse("console:customer", args=[contact.public_id]) if contact is not None else "",
        "phone": str(todo.facts.get("phone") or (contact.phone if contact is not None else "") or ""),
        "email": str(todo.facts.get("email") or (contact.email if contact is not None else "") or ""),
        "referral_url": reverse("console:referral", args=[line.referral]) if line.referral else "",
        "done_at": todo.done_at, "done_by": todo.done_by.removeprefix("user:"),
    }  # fmt: skip


def _title(line: Line) -> str:
    if line.todo.kind == "call_back":
        return _("Call %(name)s back") % {"name": line.todo.facts.get("name") or named(line.contact)}
    if line.todo.kind != "thank":
        return str(line.todo.text)
    return _("Call and thank %(name)s") % {"name": named(line.contact)}


def _reason(line: Line) -> str:
    if line.todo.kind == "call_back":
        return str(line.todo.text)
    if line.todo.kind != "thank":
        return ""
    facts = line.todo.facts
    told = {"friend": named(line.friend) if line.friend else "–", "nth": showing.number(int(facts.get("nth") or 0))}
    said = _("Referral number %(nth)s has closed: %(friend)s.") % told
    if facts.get("club"):
        said += " " + _("Member of the club %(club)s.") % {"club": facts["club"]}
    return said


def _caution(line: Line) -> str:
    """Warn of a request that names somebody we know by one way to reach them and brings another."""
    left, contact = line.todo.facts, line.contact
    if line.todo.kind != "call_back" or contact is None or contact.erased_at is not None:
        return ""
    known = (left.get("phone") or "", left.get("email") or "")
    if known == (contact.phone or "", contact.email or ""):
        return ""
    if known in ((contact.phone or "", ""), ("", contact.email or "")):
        return ""
    return _("They left another number or address than we have of this customer. Make sure who it is before you "
             "change it.")  # fmt: skip


def _language(line: Line, desk: Desk) -> str:
    wanted = (line.contact.language if line.contact is not None else None) or desk.business.language
    return wanted.split("-")[0].lower()


def _say(line: Line, desk: Desk) -> str:
    """Return a sentence to begin the call with, in the customer's own language."""
    if line.contact is None or line.friend is None:
        return ""
    nth = int(line.todo.facts.get("nth") or 1)
    with translation.override(_language(line, desk)):
        told = {
            "name": first_name(line.contact.name), "friend": first_name(line.friend.name) or _("Your friend"),
            "business": desk.business.name, "nth": showing.number(nth),
        }  # fmt: skip
        if nth == 1:
            said = _("Hello %(name)s! %(friend)s is our customer now because of you. Thank you: it means a lot to us.")
        else:
            said = _(
                "Hello %(name)s! %(friend)s is our customer now because of you, and that is already number %(nth)s. "
                "Thank you: it means a lot to us."
            )
        return said % told


def _zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(desk.business.timezone)


def _today(desk: Desk) -> str:
    return local_date(desk.now, _zone(desk)).isoformat()
