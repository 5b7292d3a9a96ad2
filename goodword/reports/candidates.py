"""Whom a name, a phone number, a street or a code may mean, each with what tells people of one name apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from goodword import codes, identity
from goodword.business.models import Business
from goodword.inbox.models import Decision
from goodword.people.models import Contact, listed
from goodword.referrals.models import Referral
from goodword.reports import alike
from goodword.reports.pipeline import named
from goodword.reports.waiting import CLAIMS, open_problems
from goodword.work.models import Job

LOOKED_AT, SHOWN = 200, 8
DIGITS = 3  # so many digits are a part of a phone number
WHOLE = 7  # so many are a phone number


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person a text may mean. ``exact``: the whole name, phone number, e-mail address or code was given."""

    id: str
    name: str
    phone_end: str
    street: str
    referrals: int
    last_job: str
    last_job_at: datetime | None
    exact: bool


def candidates(
    *, business: Business, text: str, besides: int | None = None, loosely: bool = False, limit: int = SHOWN
) -> list[Candidate]:
    """Return whom ``text`` may mean, the likeliest first. Four statements at most.

    Args:
        besides: the key of a contact that is left out: nobody sends themselves.
        loosely: any word of the text may fit, and its last letters may differ: for a name as somebody remembered it.
    """
    wanted = _condition(text, loosely=loosely)
    if wanted is None:
        return []
    query = Contact.objects.filter(listed(), wanted, business=business, erased_at=None)
    query = query if besides is None else query.exclude(pk=besides)
    rows = list(query.order_by("-pk")[:LOOKED_AT])
    ranked = sorted(rows, key=lambda c: (not _exact(c, text), -alike.likeness(c.name, text), -c.pk))
    return of(contacts=ranked[:limit], text=text)


def the_one(*, business: Business, text: str, besides: int | None = None) -> str:
    """Return the id of the only contact that bears exactly this name, phone, e-mail or code; "" for none or several."""
    exact = [c for c in candidates(business=business, text=text, besides=besides) if c.exact]
    return exact[0].id if len(exact) == 1 else ""


def claims_of(*, business: Business, contact: Contact) -> list[Decision]:
    """Return the open claims of a friend that name a referrer nobody could find, newest first. One statement."""
    rows = open_problems(business, kinds=("attribution_refused",)).filter(contact=contact.pk, codes__in=CLAIMS)
    return list(rows.select_related("event").order_by("-pk")[:5])


def _condition(text: str, *, loosely: bool) -> Q | None:
    typed = text.strip()[:100]
    found = alike.named_like(typed, loosely=loosely) or Q()
    digits = re.sub(r"\D", "", typed).lstrip("0")
    lettered = bool(re.search(r"[^\W\d_]", typed))
    if len(digits) >= DIGITS and (not lettered or len(digits) >= WHOLE):
        found |= Q(phone__contains=digits)
    code = codes.normalise(typed)
    if 4 <= len(code) <= 12:
        found |= Q(code__startswith=code)
    if "@" in typed:
        found |= Q(email__istartswith=typed.casefold())
    street = identity.words(typed)
    if len(street) >= DIGITS and not loosely:
        found |= Q(address_key__startswith=street) | Q(address_key__contains=f" {street}")
    return found or None


def _exact(contact: Contact, text: str) -> bool:
    typed = text.strip()
    digits = re.sub(r"\D", "", typed).lstrip("0")
    if len(digits) >= WHOLE and not re.search(r"[^\W\d_]", typed):
        return (contact.phone or "").endswith(digits)
    name = alike.words_of(contact.name)
    return (
        (bool(name) and name == alike.words_of(typed))
        or contact.code == codes.normalise(typed)
        or (contact.email or "").casefold() == typed.casefold()
    )


def of(*, contacts: Sequence[Any], text: str = "") -> list[Candidate]:
    """Return what tells these contacts apart, in their order. Three statements."""
    if not contacts:
        return []
    pks = [row.pk for row in contacts]
    live = Referral.objects.filter(referrer__in=pks, removed_at=None).values("referrer").annotate(n=Count("pk"))
    sent = {row["referrer"]: row["n"] for row in live.order_by()}
    newest = Job.objects.filter(contact__in=pks).values("contact").annotate(last=Max("pk")).order_by()
    jobs = {job.contact_id: job for job in Job.objects.filter(pk__in=[row["last"] for row in newest])}
    return [
        Candidate(
            id=row.public_id, name=named(row), phone_end=(row.phone or "")[-4:], street=street_of(row.address),
            referrals=sent.get(row.pk, 0), last_job=_work(jobs.get(row.pk)), last_job_at=_when(jobs.get(row.pk)),
            exact=_exact(row, text),
        )
        for row in contacts
    ]  # fmt: skip


def street_of(address: Any) -> str:
    """Return the first line of an address."""
    told = address.get("line1") if isinstance(address, dict) else address
    return re.split(r"[,،;\n]", str(told or ""))[0].strip()[:60]


def _work(job: Any) -> str:
    return ", ".join(job.services) or str(job.external_id or "") if job is not None else ""


def _when(job: Any) -> datetime | None:
    if job is None:
        return None
    times = [datetime.fromisoformat(time) for time in job.reached.values()]
    return max(times, default=job.created_at)
