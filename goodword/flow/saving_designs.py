"""A design of printed vouchers saved by staff: what is sent is compared first, its photo kept as a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from goodword.business import pictures
from goodword.business.models import Business
from goodword.flow.submit import submit
from goodword.flow.vouchers.designing import design_named, design_to_change


def save_design(
    *, business: Business, ref: str, wanted: Mapping[str, object], photo: bytes | None, actor: str, now: datetime
) -> bool:
    """Make a design, or change the one of an id; say whether anything changed.

    Args:
        ref: our id; empty: a new one.
        wanted: ``name``, ``TEXTS``, ``default``, ``closed`` and ``remove_photo``: those it brings.
        photo: what was uploaded, judged by what it holds; None: none was.

    Raises:
        Invalid: ``bad_name``, as ``printing.single.page`` and ``pictures.remade`` say; nothing is kept then.
        Conflict: ``design_exists``. NotFound: ``design_not_found``. Refused: ``closed_default``.
    """
    told = {key: value for key, value in wanted.items() if key != "remove_photo"}
    known = design_named(business=business, ref=ref) if ref else None
    before = known.photo if known else ""
    made = pictures.remade(photo, which="photo") if photo is not None else None
    changed = design_to_change(business, ref, told, now=now)
    name = ""
    if made is not None and not _same(before, made):
        name = changed["photo"] = pictures.keep(made, folder=business.public_id, which="photo")
    elif made is None and wanted.get("remove_photo") and before:
        changed["photo"] = ""
    if not changed:
        return False
    data = {**({"design": ref} if ref else {}), **changed}
    try:
        submit(business=business, type="voucher_design.saved", data=data, actor=actor, now=now)
    except BaseException:
        pictures.drop(name)
        raise
    if "photo" in changed:
        pictures.drop(before)
    return True


def _same(name: str, made: bytes) -> bool:
    path = pictures.path_of(name)
    return path is not None and path.read_bytes() == made
