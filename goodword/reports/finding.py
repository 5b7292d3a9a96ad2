"""Who a piece of text may mean: a name, a phone number, an e-mail address or a code."""

from __future__ import annotations

import re

from django.db.models import Q

from goodword import codes


def matching(text: str, *, to: str = "") -> Q:
    """Return the condition that a contact matches ``text``; ``to`` is the way to the contact, like ``friend__``."""
    wanted = text.strip()[:100]
    found = Q(**{f"{to}name__icontains": wanted}) | Q(**{f"{to}email__icontains": wanted})
    digits = re.sub(r"\D", "", wanted)
    if len(digits) >= 3 and not re.search(r"[^\W\d_]", wanted):
        found |= Q(**{f"{to}phone__contains": digits.lstrip("0")})
    code = codes.normalise(wanted)
    if 4 <= len(code) <= 12:
        found |= Q(**{f"{to}code__startswith": code})
    return found
