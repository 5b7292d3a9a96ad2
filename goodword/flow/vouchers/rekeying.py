"""Codes of vouchers taken to another installation: cards in customers' hands go on working under another secret key.

A backup holds its key, so its codes are sealed anew. An export holds no key and is for an installation nobody knows
yet: its codes stand in clear, and its README says so loudly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from goodword import codes
from goodword.business.models import Business
from goodword.errors import Refused
from goodword.flow import archive
from goodword.vouchers import secrecy
from goodword.vouchers.models import Voucher

CLEAR, OTHER = "clear:", "other:"  # before a code of ours, before one that another system gave out
CHUNK = 2000


def opened() -> archive.Change:
    """Return what puts the code in clear into the row of a voucher; one that cannot be read stays as it is."""
    names = [each.attname for each in archive.columns(Voucher)]
    index, sealed = names.index("code_index"), names.index("code_sealed")

    def change(row: Sequence[Any]) -> Sequence[Any]:
        told = list(row)
        try:
            code = secrecy.unseal(told[sealed], index=told[index])
            told[sealed] = (CLEAR if secrecy.is_ours(code) else OTHER) + code
        except Refused:
            return row
        return told

    return change


def seal_here(row: Any) -> None:
    """Seal the code of a voucher that an export brought in clear.

    Raises:
        Mistyped: ``code_mistyped``: it is no code of ours, nor one that another system gave out.
    """
    if row.code_sealed.startswith(CLEAR):
        _keep(row, codes.read(row.code_sealed.removeprefix(CLEAR), length=secrecy.CODE_LENGTH))
    elif row.code_sealed.startswith(OTHER):
        code = row.code_sealed.removeprefix(OTHER)
        if codes.read_other(code) != code:
            raise codes.Mistyped("code_mistyped", "no system gives out such a code")
        _keep(row, code)


def resealing(old: str) -> Callable[[Any], None]:
    """Return what seals the code of a voucher anew that was sealed under the secret ``old``."""

    def mend(row: Any) -> None:
        try:
            code = secrecy.unseal(row.code_sealed, index=row.code_index, secret=old)
        except Refused:  # was unreadable there too
            return
        _keep(row, code)

    return mend


def unreadable() -> int:
    """Return how many vouchers have codes of another secret key: they are found by their serials alone."""
    count = 0
    rows = Voucher.objects.values_list("code_sealed", "code_index")
    for sealed, index in rows.iterator(chunk_size=CHUNK):
        try:
            secrecy.unseal(sealed, index=index)
        except Refused:
            count += 1
    return count


def _keep(row: Any, code: str) -> None:
    ours = secrecy.is_ours(code)
    business = "" if ours else Business.objects.values_list("public_id", flat=True).get(pk=row.business_id)
    row.code_index, row.code_sealed, row.code_tail = secrecy.keep(code, business=business)
