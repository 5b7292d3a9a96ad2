"""An individual reward for one customer, instead of what a rule gives all: shown in words before it is published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.errors import NotFound, Refused
from goodword.flow.submit import submit
from goodword.people.models import Contact
from goodword.reports import customers, individuals
from goodword.reports import programmes as reading
from goodword.reports.individuals import Agreement
from goodword.reports.pipeline import named
from goodword.reports.programmes import Line
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.labels import REWARD_KINDS

FIELDS = ("rule", "give", "amount", "text", "value")


def new(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask what the customer shall get, show it in words, and publish it when it is confirmed (R107)."""
    contact = customers.customer(business=desk.business, public_id=ref)
    if contact is None:
        raise Http404
    if request.method != "POST":
        return _form(request, desk, contact)
    programme, _colon, rule = request.POST.get("rule", "").partition(":")
    own = _own(request)
    try:
        would = individuals.draft(
            business=desk.business, programme=programme, rule=rule, contact=contact, own=own, now=desk.now,
            lang=desk.lang,
        )  # fmt: skip
        if "confirm" not in request.POST:
            return _form(request, desk, contact, would=would)
        data = {"programme": programme, "rule": rule, "contact": contact.public_id, "own": own}
        submit(business=desk.business, type="exception.added", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return _form(request, desk, contact, faults=_faults(refusal, desk))
    messages.success(
        request, _("Published. Friends who come from now on earn %(name)s this.") % {"name": named(contact)}
    )
    return redirect("console:programme_individual", programme)


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """List a programme's individual agreements; end one after asking."""
    line = reading.programme(business=desk.business, slug=ref, now=desk.now)
    if line is None:
        raise Http404
    fault = ""
    if request.method == "POST":
        data = {"programme": ref, "rule": request.POST.get("rule", "")}
        try:
            submit(business=desk.business, type="exception.removed", data=data, actor=desk.actor, now=desk.now)
        except NotFound:
            raise Http404 from None
        except Refused as refusal:
            fault = sentence_of(refusal, lang=desk.lang)
        else:
            messages.success(request, _("Ended. What was promised before stays promised."))
            return redirect("console:programme_individual", ref)
    rows = listed(line, desk)
    asked = request.GET.get("rule", "")
    context = {
        "programme": {"slug": line.programme.slug, "name": line.programme.name}, "agreements": rows, "fault": fault,
        "asked": next((row for row in rows if row["rule"] == asked), None),
    }  # fmt: skip
    status = 422 if fault else 200
    return shown(request, desk, "console/programme_individual.html", context, active="programmes", status=status)


def listed(line: Line, desk: Desk) -> list[dict[str, Any]]:
    """Return the *agreements* of templates/README.md."""
    rows = individuals.agreements(business=desk.business, line=line, lang=desk.lang)
    return [_row(row) for row in rows]


def _row(row: Agreement) -> dict[str, Any]:
    return {
        "rule": row.rule, "says": row.says, "others": row.others,
        "name": named(row.contact) if row.contact is not None else _("somebody we do not know"),
        "url": reverse("console:customer", args=[row.contact.public_id]) if row.contact is not None else "",
    }  # fmt: skip


def _form(
    request: HttpRequest, desk: Desk, contact: Contact, *, would: Agreement | None = None,
    faults: dict[str, list[str]] | None = None,
) -> HttpResponse:  # fmt: skip
    offers = individuals.offers(business=desk.business, now=desk.now, lang=desk.lang)
    several = len({offer.programme for offer in offers}) > 1
    context = {
        "name": named(contact), "id": contact.public_id,
        "rules": [
            {"value": f"{o.programme}:{o.rule}", "text": f"{o.name}: {o.says[0]}" if several else o.says[0]}
            for o in offers
        ],
        "kinds": [{"value": code, "text": str(words)} for code, (words, _icon) in REWARD_KINDS.items()],
        "values": {name: request.POST.get(name, "") for name in FIELDS},
        "currency": desk.business.currency, "would": would, "faults": faults or {},
        "has": [
            _row(row) | {"programme": slug}
            for slug, row in individuals.of_contact(
                business=desk.business, contact=contact, now=desk.now, lang=desk.lang
            )
        ],
    }  # fmt: skip
    status = 422 if faults else 200
    return shown(request, desk, "console/individual.html", context, active="customers", status=status)


def _own(request: HttpRequest) -> dict[str, Any]:
    """Return the rule's own keys as a document has them; a decimal comma is one point."""
    told = {name: " ".join(request.POST.get(name, "").split()) for name in FIELDS}
    own: dict[str, Any] = {"give": told["give"]}
    amount, value = told["amount"].replace(",", "."), told["value"].replace(",", ".")
    if amount.endswith("%"):
        own["amount"] = {"percent_off" if told["give"] == "discount" else "percent": amount[:-1].strip()}
        if value:
            own["max_value" if told["give"] == "discount" else "value"] = value
    else:
        own |= {"amount": amount} if amount else {}
        own |= {"value": value} if value else {}
    if told["text"]:
        own["text"] = told["text"]
    return own


def _faults(refusal: Refused, desk: Desk) -> dict[str, list[str]]:
    """Return the faults of the document beside the fields they are about."""
    told: dict[str, list[str]] = {}
    found = refusal.facts.get("faults")
    for fault in found if isinstance(found, list) else ():
        if isinstance(fault, dict):
            key = str(fault["key"]).split("]")[-1].strip(".").split(".")[0]
            place = {"max_value": "value"}.get(key, key)
            told.setdefault(place if place in FIELDS else "", []).append(
                f"{fault['problem']} ({fault['write_instead']})"
            )
    return told or {"rule" if refusal.code == "rule_not_found" else "": [sentence_of(refusal, lang=desk.lang)]}
