"""A voucher named where other words may stand too: in a search, in a list of serials.

A code is a bearer secret. It is led away from every address, since addresses are kept in logs and histories, and it
never goes into an order, since orders are kept as events. Asking for one that nobody was given is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from goodword import codes, identity
from goodword.errors import Invalid, NotFound, Refused
from goodword.vouchers import finding, secrecy
from goodword.vouchers.models import Voucher
from goodword.web import guessing
from goodword.web.console.desk import Desk
from goodword.web.console.redeem_words import not_found
from goodword.web.guessing import Guesser

LONGEST = 500  # characters of what is typed or scanned


@dataclass(frozen=True, slots=True)
class Named:
    """What a search names.

    Attributes:
        voucher: the one whose code or whole serial it is.
        secret: no voucher was found, and yet it may be a code or nearly one, so it stays out of addresses.
        refusal: why a secret leads nowhere; None where it was not looked up.
    """

    voucher: Voucher | None = None
    secret: bool = False
    refusal: Refused | None = None


def guesser_of(request: HttpRequest, desk: Desk) -> Guesser:
    """Return who asks for vouchers here."""
    return Guesser(desk.business.pk, desk.actor, request.META.get("REMOTE_ADDR", ""))


def searched(request: HttpRequest, desk: Desk, text: str, *, known: Callable[[str], bool]) -> Named:
    """Return what a search names; for a role that may not see vouchers nothing is looked up.

    Whoever searches here can list every serial, so only a code that nobody was given counts as a guess.

    Args:
        known: says whether the list that the search belongs to has anything of that text, which is then no code.
    """
    text = text.strip()[:LONGEST]
    plain = finding.code_in(text)
    refusal = None
    if "vouchers.see" in desk.may and (plain != text or _may_name(plain)):
        try:
            guessing.check(guesser_of(request, desk), now=desk.now)
            return Named(finding.voucher_of(business=desk.business, text=plain))
        except Refused as refused:
            refusal = refused
    if not (plain != text or _is_secret(desk, plain, known)):
        return Named()
    if isinstance(refusal, NotFound):
        guessing.missed(guesser_of(request, desk), business=desk.business, now=desk.now)
    return Named(secret=True, refusal=refusal)


def back_to(request: HttpRequest, page: str, text: str, named: Named) -> HttpResponse:
    """Lead back to a list, narrowed as it was, with the words that were searched for; with none that may be a code."""
    told = {name: value for name, value in request.GET.items() if name not in ("q", "after", "unknown") and value}
    if named.refusal is not None and named.refusal.code == "too_many_guesses":
        messages.warning(request, not_found(named.refusal))
    elif named.secret:
        told["unknown"] = "1"
    elif text:
        told["q"] = text
    return redirect(f"{reverse(page)}?{urlencode(told)}")


def serials_in(request: HttpRequest, desk: Desk, text: str) -> list[str]:
    """Return the serials and ranges of what was typed or scanned: one a line, or parted by commas.

    In place of a code, as in the QR code of a card, its card's serial is returned.

    Raises:
        NotFound: ``voucher_not_found``. Invalid: ``bad_serial`` for what may be a code with a character wrong.
        Refused: ``too_many_guesses``.
    """
    parts = [finding.code_in(part.strip()) for part in re.split(r"[\n\r,;،؛]+", text) if part.strip()]
    scanned = [part for part in parts if finding.is_code(part)]
    if any(_reads_as_code(part) and part not in scanned and not _is_range(part) for part in parts):
        raise Invalid("bad_serial", "one of these is neither a serial nor a code", pointer="/serials")
    if not scanned:
        return parts
    guessing.check(guesser_of(request, desk), now=desk.now)
    serials = finding.serials_by_code(business=desk.business, texts=scanned)
    unknown = [part for part in scanned if part not in serials]
    for _each in unknown[: guessing.MISSES]:
        guessing.missed(guesser_of(request, desk), business=desk.business, now=desk.now)
    if unknown:
        raise NotFound("voucher_not_found", "one of these is a code that nobody was given", pointer="/serials")
    return list(dict.fromkeys(serials.get(part, part) for part in parts))


def _is_range(text: str) -> bool:
    try:
        codes.serial_range(text)
    except Invalid:
        return False
    return True


def _may_name(text: str) -> bool:
    """Say whether a text may be the code or the whole serial of a voucher, so that it is worth a look-up."""
    return _reads_as_code(text) or codes.read_serial(text) is not None or codes.read_other(text) is not None


def _is_secret(desk: Desk, text: str, known: Callable[[str], bool]) -> bool:
    """Say whether a text that names no voucher is kept out of addresses all the same."""
    if finding.is_code(text):
        return True
    if finding.is_serial(text):
        return False
    return (_reads_as_code(text) or _reads_as_other(desk, text)) and not known(text)


def _reads_as_code(text: str) -> bool:
    """Say whether a text may be a code, or one with a character wrong or missing: no name or number is written so."""
    plain = codes.normalise(text)
    if abs(len(plain) - secrecy.CODE_LENGTH) > 2 or not (plain.isascii() and plain.isalnum()):
        return False
    if not any(c.isalpha() for c in text):  # a telephone number, a reference: of a billion codes one has digits alone
        return False
    return any(c.isdigit() for c in plain) or set(plain) <= set(codes.ALPHABET)


def _reads_as_other(desk: Desk, text: str) -> bool:
    """Say whether a text may be the code that another system gave out, in a business that brought such codes along."""
    if codes.read_other(text) is None or not any(c.isdigit() for c in text):
        return False
    number = not any(c.isalpha() for c in text) and identity.phone(text, country=desk.business.country) is not None
    return not number and finding.has_other_codes(desk.business)
