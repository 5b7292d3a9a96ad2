"""Drafts of programmes: written before they are published. A draft promises nothing, so it needs no event."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from goodword.business.models import Business
from goodword.engine.programme import Programme as Document
from goodword.engine.programme import parse
from goodword.errors import Conflict, Invalid, NotFound
from goodword.flow.minting import mint_id
from goodword.programmes.models import Programme


def draft_programme(*, business: Business, text: str, now: datetime) -> Programme:
    """Make a programme that is a draft only.

    Raises:
        ProgrammeFaults: ``invalid_programme``, every fault at once.
        Invalid: ``wrong_currency``.
        Conflict: ``programme_exists``: write a draft of that one instead.
    """
    document = _read(business, text)
    made = Programme(
        business=business,
        public_id=mint_id("prg", at=now),
        slug=document.id,
        name=document.name,
        draft=text,
        created_at=now,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            "programme_exists", f"there is a programme “{document.id}”; write its draft", id=document.id
        ) from None
    return made


def redraft(*, business: Business, programme: int, text: str) -> Programme:
    """Replace a programme's draft; what is published stays as it is until the draft is published.

    Raises:
        ProgrammeFaults: ``invalid_programme``.
        Invalid: ``wrong_currency``; ``programme_id_changed``: a programme keeps its id.
        NotFound: ``programme_not_found``.
    """
    document = _read(business, text)
    with transaction.atomic():
        row = Programme.objects.select_for_update().filter(business=business, pk=programme).first()
        if row is None:
            raise NotFound("programme_not_found", "This business has no such programme.")
        if row.slug != document.id:
            raise Invalid("programme_id_changed", f"this programme's id is “{row.slug}”", pointer="/id")
        row.draft = text
        row.save(update_fields=["draft"])
    return row


def _read(business: Business, text: str) -> Document:
    document = parse(text)
    if document.currency != business.currency:
        said = f"this business keeps its books in {business.currency}, not {document.currency}"
        raise Invalid("wrong_currency", said, pointer="/currency")
    return document
