"""The API put together: routers, the parser, and how every fault becomes a problem document."""

from __future__ import annotations

import logging
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer

from goodword.errors import Invalid, NotFound, Refused
from goodword.web.api import (
    books,
    contacts,
    described,
    events,
    holdings,
    leaderboard,
    messages,
    problems,
    programmes,
    referrals,
    rewards,
    vouchers,
    vouchers_change,
    vouchers_redeem,
    vouchers_sales,
)
from goodword.web.api.reading import MsgspecParser

log = logging.getLogger(__name__)


class Json(BaseRenderer):
    """Answers by msgspec: times in UTC with a Z."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002 - ninja's call
        """Return the bytes of an answer."""
        return problems.encode(data)


class Api(NinjaAPI):
    """Ninja's API whose document tells scopes, problems, headers and examples too."""

    def get_openapi_schema(self, **arguments: Any) -> Any:
        """Return the OpenAPI document, completed by described.py."""
        return described.complete(super().get_openapi_schema(**arguments))


api = Api(
    title="Goodword",
    version="1",
    urls_namespace="api-v1",
    description=described.INTRODUCTION,
    docs_url=None,
    openapi_url=None,
    parser=MsgspecParser(),
    renderer=Json(),
)
for module in (
    events, contacts, holdings, referrals, rewards, leaderboard, messages, programmes, books,
    vouchers, vouchers_redeem, vouchers_change, vouchers_sales,
):  # fmt: skip
    api.add_router("", module.router)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:  # noqa: ARG001 - ninja's call
    return problems.answer(refusal)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:  # noqa: ARG001 - ninja's call
    return problems.answer(problems.invalid(fault.errors))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, fault: HttpError) -> HttpResponse:
    refusal = getattr(request, "refusal", None)
    if isinstance(refusal, Refused):
        return problems.answer(refusal)
    if fault.status_code == 401:
        return problems.answer(Refused("unauthorized", "send Authorization: Bearer with a key"))
    return problems.answer(Invalid("malformed_json", "the body cannot be read"))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, fault: Http404) -> HttpResponse:  # noqa: ARG001 - ninja's call
    return problems.answer(NotFound("not_found", "nothing is at this address"))


@api.exception_handler(OperationalError)
def _unavailable(request: HttpRequest, fault: OperationalError) -> HttpResponse:  # noqa: ARG001 - ninja's call
    log.error("the database did not answer", exc_info=fault)
    refusal = Refused("unavailable", "the database does not answer now; nothing was done, send it again")
    return problems.answer(refusal, headers={"Retry-After": "5"})


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, fault: Exception) -> HttpResponse:  # noqa: ARG001 - ninja's call
    log.error("a request could not be answered", exc_info=fault)
    return problems.answer(Refused("internal_error", "a fault of ours; it was written down. Send it again later"))
