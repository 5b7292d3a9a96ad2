"""Contacts: find, create, change, merge; the referral link."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from goodword.business.models import ApiKey
from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.people.models import Contact, Identity
from goodword.web.api import examples, finding
from goodword.web.api.access import key_of, now_of
from goodword.web.api.asked import ContactAsked, ContactChanged, MergeAsked
from goodword.web.api.described import operation
from goodword.web.api.keyed import once
from goodword.web.api.paging import DEFAULT_LIMIT, page
from goodword.web.api.reading import Limit
from goodword.web.api.shapes import ContactShape, LinkShape, Page

router = Router()
Search = Annotated[str | None, Field(max_length=200, description="A name, a phone, an e-mail or a code, or a part.")]


@router.get(
    "/contacts",
    response=Page[ContactShape],
    **operation(
        scope="contacts:read",
        summary="Contacts, newest first",
        answer={"data": [examples.CONTACT], "next": None},
        refusals=("bad_cursor",),
    ),
)
def search(
    request: HttpRequest, q: Search = None, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    """Search by name, phone, e-mail or code. Merged records show as their survivor."""
    key = key_of(request)
    rows = finding.matching(key.business, q)
    return page(rows, of="contacts", cursor=cursor, limit=limit, render=lambda found: rendered(key, found))


@router.post(
    "/contacts",
    response={200: ContactShape, 201: ContactShape},
    **operation(
        scope="contacts:write",
        summary="Create a contact, or update the one with this external_id",
        answer=examples.CONTACT,
        request=examples.CONTACT_ASKED,
        keyed=True,
    ),
)
def create(request: HttpRequest, body: ContactAsked) -> HttpResponse:
    """A phone or an e-mail known from another source joins the records (201 created, 200 updated). Without an
    `external_id` the contact is known by our id alone."""
    key = key_of(request)

    def perform(name: str | None) -> tuple[int, dict[str, Any]]:
        told = body.model_dump(exclude_unset=True)
        own = told.get("external_id") is not None
        source = key.source if own else "goodword"
        told["external_id"] = told["external_id"] if own else (name or f"new-{secrets.token_hex(16)}")
        _save(request, told, source=source, name=name)
        row = _known_as(key, source, told["external_id"])
        return 201 if row.created_at == now_of(request) else 200, rendered(key, [row])[0]

    return once(request, perform)


@router.get(
    "/contacts/{contact}",
    response=ContactShape,
    **operation(scope="contacts:read", summary="One contact", answer=examples.CONTACT, refusals=("contact_not_found",)),
)
def show(request: HttpRequest, contact: str) -> dict[str, Any]:
    """A merged contact's id answers its survivor."""
    key = key_of(request)
    return rendered(key, [finding.contact_of(key, contact)])[0]


@router.patch(
    "/contacts/{contact}",
    response=ContactShape,
    **operation(
        scope="contacts:write",
        summary="Change a contact",
        answer=examples.CONTACT,
        request=examples.CONTACT_CHANGED,
        refusals=("contact_not_found",),
        keyed=True,
    ),
)
def change(request: HttpRequest, contact: str, body: ContactChanged) -> HttpResponse:
    """Only the keys that are brought change; `tags` and `clubs` are replaced when brought."""
    key = key_of(request)
    row = finding.contact_of(key, contact)

    def perform(name: str | None) -> tuple[int, dict[str, Any]]:
        source, external_id = _name_for_change(key, row)
        _save(request, {"external_id": external_id, **body.model_dump(exclude_unset=True)}, source=source, name=name)
        return 200, rendered(key, [finding.contact_of(key, row.public_id)])[0]

    return once(request, perform)


@router.post(
    "/contacts/{contact}/merge",
    response=ContactShape,
    **operation(
        scope="contacts:write",
        summary="Merge a contact into another",
        answer=examples.CONTACT,
        request=examples.MERGE,
        refusals=("contact_not_found", "already_merged"),
        keyed=True,
    ),
)
def merge(request: HttpRequest, contact: str, body: MergeAsked) -> HttpResponse:
    """Everything moves to `into`, which is answered; the merged contact's id and link keep working for ever."""
    key = key_of(request)

    def perform(name: str | None) -> tuple[int, dict[str, Any]]:
        loser, into = finding.contact_of(key, contact), finding.contact_of(key, body.into)
        if loser.pk == into.pk:
            raise Refused("already_merged", "these are one contact already")
        data = {"from": loser.public_id, "into": into.public_id}
        submit(business=key.business, type="contact.merged", data=data, actor=key.name, now=now_of(request), key=name)
        return 200, rendered(key, [finding.contact_of(key, into.public_id)])[0]

    return once(request, perform)


@router.get(
    "/contacts/{contact}/referral-link",
    response=LinkShape,
    **operation(
        scope="contacts:read",
        summary="A contact's permanent referral link",
        answer=examples.LINK,
        refusals=("contact_not_found",),
    ),
)
def referral_link(request: HttpRequest, contact: str) -> dict[str, Any]:
    """Never expires, holds no personal data. The QR code opens without a key."""
    row = finding.contact_of(key_of(request), contact)
    return {
        "code": row.code,
        "url": link_to(row.code),
        "qr_svg_url": f"{settings.PUBLIC_URL}/api/v1/qr/{row.code}.svg",
    }


def link_to(code: str) -> str:
    """Return the address of a referral link."""
    return f"{settings.PUBLIC_URL}/r/{code}"


def rendered(key: ApiKey, rows: Sequence[Contact]) -> list[dict[str, Any]]:
    """Return contacts as the API shows them; one statement for all their identities."""
    pks = [row.pk for row in rows]
    names: dict[int, list[tuple[str, str]]] = defaultdict(list)
    identities = Identity.objects.filter(contact__in=pks) | Identity.objects.filter(contact__merged_into__in=pks)
    found = identities.order_by("pk").values_list("contact_id", "contact__merged_into_id", "source", "external_id")
    for contact, survivor, source, external_id in found:
        names[survivor if survivor in pks else contact].append((source, external_id))
    return [_shape(key, row, names[row.pk]) for row in rows]


def _shape(key: ApiKey, row: Contact, names: list[tuple[str, str]]) -> dict[str, Any]:
    own = next((external_id for source, external_id in names if source == key.source), None)
    outside = [{"source": source, "external_id": name} for source, name in names if source != "goodword"]
    return {
        "id": row.public_id,
        "external_id": own,
        "identities": outside,
        **{
            name: getattr(row, name)
            for name in (
                "name", "phone", "email", "language", "address", "company", "tags", "clubs", "partner", "blocked",
                "code", "created_at",
            )
        },
        "referral_link": link_to(row.code),
        "merged_into": None,
    }  # fmt: skip


def _save(request: HttpRequest, told: dict[str, Any], *, source: str, name: str | None) -> None:
    key = key_of(request)
    submit(
        business=key.business,
        type="contact.saved",
        data={"contact": told},
        actor=key.name,
        now=now_of(request),
        key=name,
        source=source,
    )


def _known_as(key: ApiKey, source: str, external_id: str) -> Contact:
    row = Identity.objects.select_related("contact__merged_into").get(
        business=key.business, source=source, external_id=external_id
    )
    return finding.contact_of(key, row.contact.public_id)


def _name_for_change(key: ApiKey, row: Contact) -> tuple[str, str]:
    """Return a name that a ``contact.saved`` finds this contact by: of this key's source if it has one, else our id."""
    named = Identity.objects.filter(contact=row) | Identity.objects.filter(contact__merged_into=row)
    names = list(named.order_by("pk").values_list("source", "external_id"))
    if not names:
        return "goodword", row.public_id
    own = [name for name in names if name[0] == key.source]
    return (own or names)[0]
