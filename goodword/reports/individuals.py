"""Individual agreements: which rules a customer may have one for, who has which, and how one would read (R107)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from goodword.business.models import Business
from goodword.engine import exceptions
from goodword.engine.wording import explain_rule
from goodword.errors import Refused
from goodword.flow.excepting import text_with
from goodword.flow.revising import judge
from goodword.people.models import Contact
from goodword.reports.programmes import Line, document_of, programmes


@dataclass(frozen=True, slots=True)
class Offer:
    """A general rule that a customer may get an exception from; ``says`` are its words."""

    programme: str
    rule: str
    name: str
    says: list[str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One exception: whose it is (None: nobody of that id is known), what it says, what all others get."""

    rule: str
    contact: Contact | None
    says: list[str]
    others: list[str]


def offers(*, business: Business, now: datetime, lang: str) -> list[Offer]:
    """Return the general rules of the programmes in force, as their latest revisions have them. Two statements."""
    told = []
    for line in programmes(business=business, now=now):
        if line.current is None or line.latest is None:
            continue
        document = document_of(line.latest)
        told += [
            Offer(line.programme.slug, rule.id, document.name, explain_rule(rule, document.currency, lang))
            for rule in document.rules
            if exceptions.contact_of(rule) is None
        ]
    return told


def agreements(*, business: Business, line: Line, lang: str) -> list[Agreement]:
    """Return the individual agreements of a programme's latest revision. At most three statements."""
    if line.latest is None:
        return []
    document = document_of(line.latest)
    found = exceptions.individuals(document)
    rows = Contact.objects.filter(business=business, public_id__in={each.contact for each in found}) if found else ()
    people = {row.public_id: row for row in rows}
    roots = _living(people.values())
    return [
        Agreement(
            rule=each.rule.id, contact=roots[people[each.contact].pk] if each.contact in people else None,
            says=explain_rule(each.rule, document.currency, lang),
            others=explain_rule(each.general, document.currency, lang) if each.general is not None else [],
        )
        for each in found
    ]  # fmt: skip


def _living(contacts: Collection[Contact]) -> dict[int, Contact]:
    """Return for each contact the record it was merged into in the end. A statement for each step of merging."""
    told = {contact.pk: contact for contact in contacts}
    while wanted := {c.merged_into_id for c in told.values() if c.merged_into_id is not None}:
        found = Contact.objects.in_bulk(wanted)
        told = {pk: found[c.merged_into_id] if c.merged_into_id is not None else c for pk, c in told.items()}
    return told


def of_contact(*, business: Business, contact: Contact, now: datetime, lang: str) -> list[tuple[str, Agreement]]:
    """Return the agreements a customer has, each with its programme's slug."""
    return [
        (line.programme.slug, each)
        for line in programmes(business=business, now=now)
        for each in agreements(business=business, line=line, lang=lang)
        if each.contact is not None and each.contact.pk == contact.pk
    ]


def draft(
    *, business: Business, programme: str, rule: str, contact: Contact, own: Mapping[str, Any], now: datetime, lang: str
) -> Agreement:
    """Return how an agreement would read, without making it.

    Raises:
        Refused: as publishing would; ``rule_not_found`` when no such rule is in force.
    """
    lines = programmes(business=business, now=now)
    latest = next((line.latest for line in lines if line.programme.slug == programme), None)
    if latest is None:
        raise Refused("rule_not_found", "the programme has no rule of that id")
    made = judge(business, text_with(latest, general=rule, contact=contact.public_id, own=dict(own)))
    mine = exceptions.rule_id(rule, contact.public_id)
    each = next(found for found in exceptions.individuals(made) if found.rule.id == mine)
    others = explain_rule(each.general, made.currency, lang) if each.general is not None else []
    return Agreement(mine, contact, explain_rule(each.rule, made.currency, lang), others)
