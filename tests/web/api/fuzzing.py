"""What fuzzing the API needs: the document with its links, the neighbour, and what must hold of every answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import schemathesis
from django.apps import apps
from hypothesis import settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from goodword.business.models import Business
from goodword.config.wsgi import application
from goodword.flow.publish import publish
from goodword.people.models import Contact
from goodword.rewards.models import Reward
from goodword.vouchers import finding
from goodword.vouchers.models import Voucher
from goodword.web.api import documents
from tests.web.api.conftest import PROGRAMME, Caller, contact, job, send, ticket, voucher_ids_of

LONG = settings.default is not None and settings.default.max_examples > 1_000  # the profile “soak”
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip

# From whose answer which other calls can be made: (call, status, where the id stands, parameter, calls that take it).
_CONTACT = ("contacts_show", "contacts_change", "contacts_merge", "contacts_referral_link", "holdings_balances",
            "holdings_statement")  # fmt: skip
_VOUCHER = tuple(f"vouchers_{what}" for what in (
    "show", "redeem_redeem", "redeem_book", "redeem_unbook", "redeem_restore", "redeem_of_voucher", "change_extend",
    "change_void", "change_replace", "change_freeze", "change_unfreeze", "change_assign", "change_cash_out",
))  # fmt: skip
_LINKS = (
    ("events_send", "200", "/results/0/id", "event", ("events_show",), "external:{}"),
    ("events_send", "200", "/results/0/decisions/0/contact", "contact", _CONTACT, "{}"),
    ("events_send", "200", "/results/0/decisions/0/reward", "reward", ("rewards_override",), "{}"),
    ("events_send", "200", "/results/0/decisions/0/referral", "referral", ("referrals_show", "referrals_remove"), "{}"),
    ("contacts_create", "201", "/id", "contact", _CONTACT, "{}"),
    ("contacts_search", "200", "/data/0/id", "contact", _CONTACT, "{}"),
    ("contacts_search", "200", "/data/1/id", "contact", _CONTACT, "{}"),
    ("referrals_attribute", "201", "/id", "referral", ("referrals_show", "referrals_remove"), "{}"),
    ("referrals_listed", "200", "/data/0/id", "referral", ("referrals_show", "referrals_remove"), "{}"),
    ("rewards_listed", "200", "/data/0/id", "reward", ("rewards_override",), "{}"),
    ("rewards_listed", "200", "/data/0/event", "event", ("events_show",), "{}"),
    ("programmes_listed", "200", "/data/0/id", "programme",
     ("programmes_draft", "programmes_publish", "programmes_terms"), "{}"),
    ("programmes_create", "201", "/id", "programme", ("programmes_publish", "programmes_terms"), "{}"),
    *((call, status, f"{where}/{name}", "voucher", _VOUCHER, "{}")
      for call, status, where in (("vouchers_issue", "201", ""), ("vouchers_listed", "200", "/data/0"))
      for name in ("id", "serial")),
    ("vouchers_sales_sell", "201", "/vouchers/0/serial", "voucher", _VOUCHER, "{}"),
    ("vouchers_sales_make", "201", "/first_serial", "voucher", ("vouchers_change_activate", "vouchers_show"), "{}"),
    ("vouchers_sales_make", "201", "/id", "batch", ("vouchers_sales_batch",), "{}"),
    ("vouchers_issue", "201", "/sale", "sale", ("vouchers_sales_sale",), "{}"),
    ("vouchers_redeem_redeem", "200", "/voucher", "voucher", ("vouchers_redeem_of_voucher", "vouchers_show"), "{}"),
)  # fmt: skip
_PAGED = ("contacts_search", "referrals_listed", "rewards_listed", "messages_listed", "programmes_listed",
          "books_entries", "vouchers_listed", "vouchers_sales_batches", "vouchers_sales_sales",
          "vouchers_redeem_redemptions")  # fmt: skip


def _with_links(document: dict[str, Any]) -> dict[str, Any]:
    calls = {told["operationId"]: told for methods in document["paths"].values() for told in methods.values()}
    for source, status, where, name, targets, form in _LINKS:
        value = form.format(f"{{$response.body#{where}}}") if form != "{}" else f"$response.body#{where}"
        links = calls[source]["responses"][status].setdefault("links", {})
        for target in targets:
            links[f"{target} by {where}"] = {"operationId": target, "parameters": {name: value}}
    for call in _PAGED:
        links = calls[call]["responses"]["200"].setdefault("links", {})
        links["the next page"] = {"operationId": call, "parameters": {"cursor": "$response.body#/next"}}
    return document


DOCUMENT: dict[str, Any] = _with_links(json.loads(documents.problems.encode(documents.document())))
SCHEMA = schemathesis.openapi.from_dict({**DOCUMENT, "servers": [{"url": "http://localhost"}]})
SCHEMA.app = application
SCHEMA.config.phases.coverage.unexpected_methods = set()  # test_access.py asks for them


def settle_next_door(oak: Caller) -> None:
    """Give the neighbour a programme, customers with a referral, money in hand and messages."""
    publish(business=oak.business, text=PROGRAMME, actor="test", now=datetime.now(UTC) - timedelta(days=30))
    send(
        oak,
        [
            contact("Olive Quillfeather", "olive-q", phone="(720) 555-0161", email="olive@quillfeather.example"),
            contact("Otto Quillfeather", "otto-q", hours=99, phone="720 555 0162", referred_by={"contact": "olive-q"}),
            job("QJ1", "otto-q", "paid", hours=60),
            job("J1", "otto-q", "booked", hours=60),
            ticket("QT1", "otto-q", 12_345, hours=50),
        ],
    )  # fmt: skip
    voucher_ids_of(oak)


def ids_of(business: Business) -> dict[str, str]:
    """Return one real id for each path parameter."""
    caller = Caller(business, None, None)
    return {
        **voucher_ids_of(caller),
        "contact": Contact.objects.filter(business=business, merged_into=None).order_by("pk")[0].public_id,
        "event": business.events.filter(type="contact.saved").order_by("pk")[0].public_id,
        "referral": business.referrals.order_by("pk")[0].public_id,
        "reward": Reward.objects.filter(business=business).order_by("pk")[0].public_id,
        "programme": business.programmes.order_by("pk")[0].public_id,
    }


TELLING = ("public_id", "code", "phone", "email", "external_id", "code_index")  # columns that must not get out


def secrets_of(business: Business) -> list[str]:
    """Return every name, number, address, id and code of a business that an answer could give away."""
    told = {business.public_id}
    for model in apps.get_models():
        if model.__module__.startswith("goodword.") and "business" in {f.name for f in model._meta.fields}:
            wanted = [f.name for f in model._meta.fields if f.name in TELLING]
            for row in model._default_manager.filter(business=business.pk).values_list(*wanted) if wanted else ():
                told |= {text for text in row if text}
    told |= {form for row in Voucher.objects.filter(business=business) for form in _forms(finding.code_of(row))}
    return sorted(text for text in told | {"Quillfeather"} if len(text) > 3)


def _forms(code: str) -> tuple[str, str]:
    return code, code.replace("-", "")


def hold(case: Any, answer: Any, *, secrets: list[str], sent: str = "") -> None:
    """See that an answer fits its document and gives nothing of the neighbour away but what was ``sent`` in."""
    case.validate_response(answer, checks=CHECKS)
    told = answer.text
    given_away = [secret for secret in secrets if secret in told and secret not in sent]
    assert given_away == [], told[:2000]
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert answer.json()["code"] in documents.MEANINGS
