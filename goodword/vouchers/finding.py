"""Which voucher a person means: by serial or by code, by either for staff, by code alone for the public."""

from __future__ import annotations

from goodword import codes
from goodword.business.models import Business
from goodword.errors import NotFound
from goodword.vouchers import secrecy
from goodword.vouchers.models import Voucher


def voucher_of(*, business: Business, text: str) -> Voucher:
    """Return the voucher of the business that a serial, a code or our id names.

    Raises:
        Mistyped: ``code_mistyped``: nobody can ever have been given that code; ``place`` where it is known.
        NotFound: ``voucher_not_found``.
    """
    vouchers = Voucher.objects.filter(business=business)
    if codes.is_public_id(text, prefix="vou"):
        found = vouchers.filter(public_id=text).first()
    elif is_serial(text):
        found = vouchers.filter(serial=codes.read_serial(text)).first()
    else:
        found = vouchers.filter(code_index=index_of(text)).first()
    if found is None:
        raise NotFound("voucher_not_found", "no voucher of that number or code")
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
    return codes.grouped(secrecy.unseal(voucher.code_sealed, index=voucher.code_index))


def is_serial(text: str) -> bool:
    """Say whether :func:`voucher_of` takes a text for a serial."""
    return codes.read_serial(text) is not None and not is_code(text)


def is_code(text: str) -> bool:
    """Say whether a text is a code, though it may read as a serial: its length and check character are right."""
    try:
        codes.read(text, length=secrecy.CODE_LENGTH)
    except codes.Mistyped:
        return False
    return True
