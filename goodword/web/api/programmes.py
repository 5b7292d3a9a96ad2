"""Programmes: drafts, publishing, and the terms in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from goodword.engine.programme import check, parse
from goodword.engine.wording import explain, friend_offer, steps
from goodword.errors import Invalid, Refused
from goodword.flow.drafting import draft_programme, redraft
from goodword.flow.publish import publish as publish_document
from goodword.programmes.models import Programme, Revision
from goodword.web.api import examples, finding
from goodword.web.api.access import key_of, now_of
from goodword.web.api.described import operation
from goodword.web.api.keyed import once
from goodword.web.api.paging import DEFAULT_LIMIT, page
from goodword.web.api.reading import Limit
from goodword.web.api.shapes import Page
from goodword.web.api.shapes_books import ProgrammeShape, TermsShape

router = Router()
Language = Annotated[str | None, Field(max_length=10, description="en, sv or ar; the business's without it.")]
DOCUMENT = ("malformed_json", "validation_error", "body_too_large", "unsupported_media_type", "invalid_programme")


@router.get(
    "/programmes",
    response=Page[ProgrammeShape],
    **operation(
        scope="programmes:read",
        summary="Programmes, newest first",
        answer={"data": [examples.PROGRAMME], "next": None},
        refusals=("bad_cursor",),
    ),
)
def listed(request: HttpRequest, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None) -> dict[str, Any]:
    """With their drafts and the revisions that were published."""
    rows = Programme.objects.filter(business=key_of(request).business)
    return page(rows, of="programmes", cursor=cursor, limit=limit, render=rendered)


@router.post(
    "/programmes",
    response={201: ProgrammeShape},
    **operation(
        scope="programmes:write",
        summary="Write the draft of a new programme",
        answer=examples.PROGRAMME,
        refusals=(*DOCUMENT, "wrong_currency", "programme_exists"),
        keyed=True,
        extra={"requestBody": examples.PROGRAMME_BODY},
    ),
)
def create(request: HttpRequest) -> HttpResponse:
    """The body is the document, YAML or JSON. Every fault is told at once, with its line. Nothing is promised before
    the draft is published."""
    key = key_of(request)

    def perform(_name: str | None) -> tuple[int, dict[str, Any]]:
        row = draft_programme(business=key.business, text=_document(request), now=now_of(request))
        return 201, rendered([row])[0]

    return once(request, perform)


@router.put(
    "/programmes/{programme}/draft",
    response=ProgrammeShape,
    **operation(
        scope="programmes:write",
        summary="Replace a programme's draft",
        answer=examples.PROGRAMME,
        refusals=(*DOCUMENT, "wrong_currency", "programme_id_changed", "programme_not_found"),
        keyed=True,
        extra={"requestBody": examples.PROGRAMME_BODY},
    ),
)
def draft(request: HttpRequest, programme: str) -> HttpResponse:
    """What is published stays in force until the draft is published."""
    key = key_of(request)

    def perform(_name: str | None) -> tuple[int, dict[str, Any]]:
        row = finding.programme_of(key, programme)
        return 200, rendered([redraft(business=key.business, programme=row.pk, text=_document(request))])[0]

    return once(request, perform)


@router.post(
    "/programmes/{programme}/publish",
    response=ProgrammeShape,
    **operation(
        scope="programmes:write",
        summary="Publish a programme's draft",
        answer=examples.PROGRAMME,
        refusals=("programme_not_found", "no_draft", "invalid_programme", "wrong_currency", "acknowledgement_required"),
        keyed=True,
    ),
)
def publish(request: HttpRequest, programme: str) -> HttpResponse:
    """Makes an immutable revision, in force from its `starts` or from now. What was promised before stays promised."""
    key = key_of(request)

    def perform(_name: str | None) -> tuple[int, dict[str, Any]]:
        row = finding.programme_of(key, programme)
        if not row.draft:
            raise Refused("no_draft", "this programme has no draft; write one first")
        publish_document(business=key.business, text=row.draft, actor=key.name, now=now_of(request))
        return 200, rendered([finding.programme_of(key, row.public_id)])[0]

    return once(request, perform)


@router.get(
    "/programmes/{programme}/terms",
    response=TermsShape,
    **operation(
        scope="programmes:read",
        summary="A programme in plain words",
        answer=examples.TERMS,
        refusals=("programme_not_found", "unknown_language"),
    ),
)
def terms(request: HttpRequest, programme: str, lang: Language = None) -> dict[str, Any]:
    """Of the revision in force; of the draft when nothing was published yet."""
    key = key_of(request)
    row = finding.programme_of(key, programme)
    published = row.revisions.order_by("number")
    in_force = published.filter(starts_at__lte=now_of(request)).last() or published.first()
    document = parse(in_force.document if in_force else row.draft)
    language = lang or key.business.language
    return {
        "programme": row.slug,
        "revision": in_force.number if in_force else None,
        "language": language,
        "sentences": explain(document, language),
        "friend_offer": friend_offer(document, language),
        "steps": steps(document, language),
    }


def _document(request: HttpRequest) -> str:
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        raise Invalid("validation_error", "the document is not UTF-8", pointer="") from None
    if not text.strip():
        raise Invalid("validation_error", "send the document as the body", pointer="")
    return text


def rendered(rows: Sequence[Programme]) -> list[dict[str, Any]]:
    """Return programmes as the API shows them; one statement for all their revisions."""
    revisions: dict[int, list[Revision]] = {row.pk: [] for row in rows}
    for revision in Revision.objects.filter(programme__in=list(revisions)).order_by("programme_id", "number"):
        revisions[revision.programme_id].append(revision)
    return [
        {
            "id": row.public_id,
            "slug": row.slug,
            "name": row.name,
            "draft": row.draft or None,
            "revisions": [
                {
                    "number": revision.number,
                    "starts_at": revision.starts_at,
                    "published_at": revision.published_at,
                    "published_by": revision.published_by or None,
                }
                for revision in revisions[row.pk]
            ],
            "warnings": _warnings(row, revisions[row.pk]),
            "created_at": row.created_at,
            "ended_at": row.ended_at,
        }
        for row in rows
    ]


def _warnings(row: Programme, published: Sequence[Revision]) -> list[dict[str, Any]]:
    text = row.draft or (published[-1].document if published else "")
    found = check(text)[2] if text else ()
    return [
        {"line": fault.line, "key": fault.key, "problem": fault.problem, "write_instead": fault.write_instead}
        for fault in found
    ]
