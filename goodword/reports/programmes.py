"""Programmes and the documents that are or were in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from goodword.business.models import Business
from goodword.engine.programme import Programme as Document
from goodword.engine.programme import parse
from goodword.engine.wording import explain
from goodword.errors import Refused
from goodword.programmes.models import Programme, Revision
from goodword.referrals.models import Referral


@dataclass(frozen=True, slots=True)
class Line:
    """A programme, the revision in force (None: only a draft, or not begun) and the latest one."""

    programme: Programme
    current: Revision | None
    latest: Revision | None


@dataclass(frozen=True, slots=True)
class Promise:
    """One revision a referral is pinned to, in words."""

    programme: str
    revision: int
    sentences: list[str]


def programmes(*, business: Business, now: datetime) -> list[Line]:
    """Return every programme with where it stands. Two statements."""
    lines: dict[int, list[Revision]] = defaultdict(list)
    for revision in Revision.objects.filter(programme__business=business).order_by("programme_id", "number"):
        lines[revision.programme_id].append(revision)
    return [
        _line(programme, lines[programme.pk], now)
        for programme in Programme.objects.filter(business=business).order_by("pk")
    ]


def programme(*, business: Business, slug: str, now: datetime) -> Line | None:
    """Return one programme by its document's id. Two statements."""
    found = Programme.objects.filter(business=business, slug=slug).first()
    return _line(found, list(found.revisions.order_by("number")), now) if found is not None else None


def promises(*, referral: Referral, lang: str) -> list[Promise]:
    """Return what a referral was promised at its arrival (promise-lock). One statement."""
    return pinned(revisions=[pk for pk, _eligible in referral.pins], lang=lang)


def pinned(*, revisions: Collection[int], lang: str) -> list[Promise]:
    """Return what these revisions promise for a referral. One statement."""
    rows = Revision.objects.select_related("programme").in_bulk(revisions)
    told = []
    for pk in revisions:
        document = parse(rows[pk].document)
        if any(not rule.on_ticket for rule in document.rules):
            told.append(Promise(document.name, rows[pk].number, explain(document, lang)[1:]))
    return told


def document_of(revision: Revision) -> Document:
    """Return a published document as the engine reads it."""
    return parse(revision.document)


def _line(found: Programme, revisions: list[Revision], now: datetime) -> Line:
    begun = [revision for revision in revisions if revision.starts_at <= now]
    ended = found.ended_at is not None and found.ended_at <= now
    return Line(found, begun[-1] if begun and not ended else None, revisions[-1] if revisions else None)


def terms_of(text: str, *, lang: str) -> list[str]:
    """Return a document's terms in words; nothing when it cannot be read."""
    try:
        return explain(parse(text), lang)[1:]
    except Refused:
        return []
