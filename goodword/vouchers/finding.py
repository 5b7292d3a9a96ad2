"""Which voucher a person means: by serial or by code, by either for staff, by code alone for the public.

A code that another system gave out is known in its business alone: pages for the public take our own only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from goodword import codes
from goodword.business.models import Business
from goodword.errors import NotFound
from goodword.inbox.models import Import
from goodword.vouchers import secrecy
from goodword.vouchers.models import Voucher

CHUNK = 500  # codes that are asked for at once
_IN_ADDRESS = re.compile(r"/v/([^/?#\s]+)", re.IGNORECASE)


def voucher_of(*, business: Business, text: str) -> Voucher:
    """Return the voucher of the business that a serial, a code or our id names.

    Raises:
        Mistyped: ``code_mistyped``: nobody can ever have been given that code; ``place`` where it is known.
        NotFound: ``voucher_not_found``.
    """
    named = named_by(text)
    if named is None:
        found = _by_other_code(business, text)
    else:
        found = Voucher.objects.filter(business=business, **dict([named])).first()
    if found is None:
        raise NotFound("voucher_not_found", "no voucher of that number or code")
    return found


def named_by(text: str) -> tuple[str, str] | None:
    """Return the column and the value by which a text names a voucher of ours: id, code or serial; None: by none."""
    if codes.is_public_id(text, prefix="vou"):
        return "public_id", text
    if is_code(text):
        return "code_index", index_of(text)
    serial = codes.read_serial(text)
    return None if serial is None else ("serial", serial)


def serials_by_code(*, business: Business, texts: Iterable[str]) -> dict[str, str]:
    """Return the serials of the business's vouchers by the codes of ours among the texts; unknown ones are left out."""
    wanted = {index_of(text): text for text in texts if is_code(text)}
    indexes, found = list(wanted), {}
    for begin in range(0, len(indexes), CHUNK):
        rows = Voucher.objects.filter(business=business, code_index__in=indexes[begin : begin + CHUNK])
        found.update({wanted[index]: serial for index, serial in rows.values_list("code_index", "serial")})
    return found


def by_code(text: str) -> Voucher | None:
    """Return the voucher of a code, of whichever business; None for one nobody was given.

    Raises:
        Mistyped: ``code_mistyped``.
    """
    return Voucher.objects.select_related("business").filter(code_index=index_of(text)).first()


def index_of(text: str) -> str:
    """Return what the voucher of a typed code is found by.

    Raises:
        Mistyped: ``code_mistyped``.
    """
    return secrecy.index_of(codes.read(text, length=secrecy.CODE_LENGTH))


def code_of(voucher: Voucher) -> str:
    """Return a voucher's code as it is printed, in groups of four; for those alone who may see it.

    Raises:
        Refused: ``code_unreadable``.
    """
    code = secrecy.unseal(voucher.code_sealed, index=voucher.code_index)
    return codes.grouped(code) if is_code(code) else code


def code_in(text: str) -> str:
    """Return the code of a text that may be the address in a QR code, ``https://host/v/<code>``; else the text."""
    found = _IN_ADDRESS.search(text)
    return found[1] if found else text


def is_serial(text: str) -> bool:
    """Say whether :func:`voucher_of` takes a text for a serial."""
    return codes.read_serial(text) is not None and not is_code(text)


def is_code(text: str) -> bool:
    """Say whether a text is a code of ours, though it may read as a serial: length and check character are right."""
    return secrecy.is_ours(text)


def _by_other_code(business: Business, text: str) -> Voucher | None:
    """Return the voucher of a code that another system gave out and an import brought.

    Where there are such codes, a text that might be one is unknown rather than mistyped, so that tries are counted.

    Raises:
        Mistyped: ``code_mistyped``: it is neither that nor a code of ours.
    """
    other = codes.read_other(text)
    found = None
    if other:
        found = Voucher.objects.filter(business=business, code_index=index_of_other(business, text)).first()
    guessed = other is not None and len(other) != secrecy.CODE_LENGTH
    if found is None and not (guessed and has_other_codes(business)):
        index_of(text)  # says what is wrong with it
    return found


def has_other_codes(business: Business) -> bool:
    """Say whether vouchers were brought in whose codes another system gave out."""
    return Import.objects.filter(business=business, kind="vouchers").exists()


def index_of_other(business: Business, text: str) -> str:
    """Return what the voucher is found by whose code another system gave out; empty for a text that is none."""
    other = codes.read_other(text)
    return secrecy.index_of_other(other, business=business.public_id) if other is not None else ""
