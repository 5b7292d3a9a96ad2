"""Who a piece of text may mean: a name, a phone number, an e-mail address, a code or a street; and in which order.

Letters count without their accents, in any case; a phone number in any spelling, and any part of it. Every word must
be found somewhere, a number of one or two digits beside another word as a word of its own.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from goodword import codes, identity
from goodword.reports.paging import PAGE, Page

LONGEST, WORDS = 100, 6
DIGITS = 3  # so many are a part of a phone number
_CURSOR = re.compile(r"([0-3])-([0-9]{1,18})")


def matching(text: str, *, to: str = "", country: str | None = None) -> Q:
    """Return the condition that a contact matches ``text``.

    Args:
        to: the way to the contact, like ``friend__``.
        country: of the business, to read a whole number as it is dialled there.
    """
    key, wanted = f"{to}search_key__contains", text.strip()[:LONGEST]
    code = codes.normalise(wanted)
    by_code = Q(**{f"{to}code__startswith": code}) if 4 <= len(code) <= 12 else Q()
    digits = digits_of(wanted)
    if digits:
        number = identity.phone(wanted, country=country)
        found = Q(**{key: digits})
        if number:
            found |= Q(**{f"{to}phone": number})
    else:
        found = Q()
        words = identity.folded(wanted).split()[:WORDS]
        for word in words:
            found &= _whole(word, to=to) if len(words) > 1 and _short(word) else Q(**{key: word})
    return found | by_code if by_code else found


def _short(word: str) -> bool:
    """Say whether a word is a number of one or two digits: inside of phone numbers and codes every one of them is."""
    return len(word) < DIGITS and word.isdecimal()


def _whole(word: str, *, to: str) -> Q:
    """Return the condition that a word stands by itself: the 1 of “Xeno 1”, the 7 of “7 Elm Street”."""
    key = f"{to}search_key__"
    return (
        Q(**{f"{key}contains": f" {word} "})
        | Q(**{f"{key}startswith": f"{word} "})
        | Q(**{f"{key}endswith": f" {word}"})
    )


def digits_of(text: str) -> str:
    """Return the digits of what is a phone number or a part of one, without leading zeros; else nothing."""
    plain = identity.folded(text).replace("(0)", "")
    if re.search(r"[^\W\d_]", plain):
        return ""
    digits = re.sub(r"\D", "", plain)
    return digits.lstrip("0") if len(digits) >= DIGITS else ""


def ranked(query: QuerySet[Any], text: str, *, after: str = "", limit: int = PAGE) -> Page:
    """Return the contacts of ``query`` that match best: code or whole reach, the name's beginning, a word's, the rest.

    Within one rank the newest come first. The cursor is ``rank-key``. One statement.
    """
    words = identity.folded(text[:LONGEST]).split() or [""]
    first = digits_of(text) or words[0]
    exact = Q(code=codes.normalise(text)[:20]) | Q(email=text.strip().lower()[:LONGEST])
    exact |= Q(phone__endswith=first) if len(first) >= 7 and first.isdecimal() else Q()
    rank = Case(
        When(exact, then=Value(0)),
        When(search_key__startswith=first, then=Value(1)),
        When(search_key__contains=f" {first}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    found = query.annotate(rank=rank)
    told = _CURSOR.fullmatch(after)
    if told:
        found = found.filter(Q(rank__gt=int(told[1])) | Q(rank=int(told[1]), pk__lt=int(told[2])))
    rows = list(found.order_by("rank", "-pk")[: limit + 1])
    more = len(rows) > limit
    return Page(rows[:limit], f"{rows[limit - 1].rank}-{rows[limit - 1].pk}" if more else "")
