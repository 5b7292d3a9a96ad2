"""Names that are alike: small and capital letters, accents and the Arabic ways of one letter do not count.

Each word is looked for at the beginning of a word of the name. A regular expression with the forms of every letter
does it in both databases without a column of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

from django.db.models import Q

_ODD = {"ø": "o", "æ": "a", "œ": "o", "ß": "s", "ł": "l", "đ": "d", "ð": "d", "þ": "t", "ı": "i"}
_ARABIC = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ی": "ي"}
_SAME = _ODD | _ARABIC
_BEFORE = r"(^|[ .,()'’/-])"
SHORTEST, ENDING = 3, 2  # of a word that is only alike, its last two letters may differ


def fold(text: str) -> str:
    """Return the text in small letters without accents, each letter in its plain form."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(_SAME.get(c, c) for c in plain if not unicodedata.combining(c) and c != "ـ")


def words_of(text: str) -> list[str]:
    """Return the folded words of a text that have a letter in them."""
    return [word for word in re.split(r"[^\w]+", fold(text)) if re.search(r"[^\W\d_]", word)]


def begins(word: str) -> str:
    """Return the regular expression of a folded word at the beginning of a word, whatever its accents."""
    return _BEFORE + "".join(_FORMS.get(c) or re.escape(c) for c in word)


def named_like(text: str, *, loosely: bool) -> Q | None:
    """Return the condition that a name begins all words of ``text``; ``loosely``: any of them, but for its end."""
    found: Q | None = None
    for word in words_of(text)[:6]:
        if loosely and len(word) < SHORTEST:
            continue
        short = word[: max(SHORTEST, len(word) - ENDING)] if loosely else word
        each = Q(name__regex=begins(short))
        found = each if found is None else found | each if loosely else found & each
    return found


def likeness(name: str, text: str) -> int:
    """Return how many words of ``text`` a name bears whole, counted double, or begun."""
    borne = words_of(name)
    return sum(
        2 if word in borne else 1 if any(b.startswith(word[: max(SHORTEST, len(word) - ENDING)]) for b in borne) else 0
        for word in words_of(text)
    )


def _forms() -> dict[str, str]:
    forms: dict[str, set[str]] = defaultdict(set)
    latin = [*range(0x61, 0x7B), *range(0xDF, 0x250), *range(0x1E00, 0x1F00)]
    for letter in [chr(point) for point in latin] + list(_SAME):
        plain = fold(letter)
        if len(plain) == 1:
            forms[plain] |= {plain, plain.upper(), letter, letter.upper(), letter.title()}
    return {
        plain: "[" + "".join(sorted(form for form in found if len(form) == 1)) + "]" for plain, found in forms.items()
    }


_FORMS = _forms()
