"""A business's logo and photo: made anew, kept as a file, named by a command; the file that goes is removed last."""

from __future__ import annotations

from datetime import datetime

from goodword.business import pictures
from goodword.business.models import Business
from goodword.flow.submit import submit


def change_picture(*, business: Business, which: str, data: bytes, actor: str, now: datetime) -> bool:
    """Put another picture in the place of ``logo`` or ``photo``; say whether it is another.

    Args:
        data: what was uploaded; it is made anew, so nothing of it but its pixels is kept.

    Raises:
        Invalid: as ``pictures.remade`` says; nothing is kept then.
    """
    made = pictures.remade(data, which=which)
    before = pictures.path_of(getattr(business, which))
    if before is not None and before.read_bytes() == made:
        return False
    name = pictures.keep(made, folder=business.public_id, which=which)
    try:
        _name(business, which, name, actor=actor, now=now)
    except BaseException:
        pictures.drop(name)
        raise
    return True


def remove_picture(*, business: Business, which: str, actor: str, now: datetime) -> bool:
    """Take the ``logo`` or ``photo`` away; say whether there was one."""
    if not getattr(business, which):
        return False
    _name(business, which, "", actor=actor, now=now)
    return True


def _name(business: Business, which: str, name: str, *, actor: str, now: datetime) -> None:
    before = getattr(business, which)
    submit(business=business, type="picture.changed", data={"which": which, "file": name}, actor=actor, now=now)
    business.refresh_from_db()
    pictures.drop(before)
