"""Change a business's settings, particulars, locations and badges: commands, so that the history tells who and when.

What is sent is read and compared first: what cannot be meant, or changes nothing, is no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from goodword.business.models import Business
from goodword.flow.configuring import location_to_change, particulars_to_change, settings_to_change
from goodword.flow.submit import submit
from goodword.flow.vouchers.badging import badge_to_change


def change_settings(*, business: Business, wanted: Mapping[str, object], actor: str, now: datetime) -> list[str]:
    """Put settings in force from now on; return the keys that changed.

    Raises:
        Invalid: the first setting that cannot be meant (``business/choices.py``).
        Refused: ``link_target_loops``.
    """
    changed = settings_to_change(business, wanted, now)
    if changed:
        submit(business=business, type="settings.changed", data=changed, actor=actor, now=now)
    return sorted(changed)


def change_business(*, business: Business, wanted: Mapping[str, object], actor: str, now: datetime) -> list[str]:
    """Change what a business says of itself; return the names that changed.

    Raises:
        Invalid: the first that cannot be meant (``business/particulars.py``).
        Refused: ``currency_fixed``.
    """
    changed = particulars_to_change(business, wanted)
    if changed:
        submit(business=business, type="business.changed", data=changed, actor=actor, now=now)
        business.refresh_from_db()
    return sorted(changed)


def save_location(
    *, business: Business, external_id: str, wanted: Mapping[str, object], new: bool, actor: str, now: datetime
) -> bool:
    """Add a location or change one; say whether anything changed.

    Args:
        external_id: as events name it; fixed once made.
        wanted: ``name``, ``phone``, ``address``, ``region``, ``closed``: those it brings.
        new: there must be none of that id yet.

    Raises:
        Invalid: ``bad_name``, ``bad_phone``, ``bad_address``, ``bad_region``, ``bad_location_id``.
        Conflict: ``location_exists``. NotFound: ``location_not_found``.
    """
    data = {"location": external_id, "new": new, **location_to_change(business, external_id, wanted, new=new)}
    if len(data) == 2:
        return False
    submit(business=business, type="location.saved", data=data, actor=actor, now=now)
    return True


def save_badge(*, business: Business, ref: str, wanted: Mapping[str, object], actor: str, now: datetime) -> bool:
    """Make a badge or change one; say whether anything changed.

    Args:
        ref: of the badge; empty makes one.
        wanted: ``name``, ``colour``, ``closed``: those it brings.

    Raises:
        Invalid: ``bad_name``, ``bad_colour``. Conflict: ``badge_exists``. NotFound: ``badge_not_found``.
    """
    changed = badge_to_change(business, ref, wanted)
    if changed:
        data = {"badge": ref, **changed} if ref else changed
        submit(business=business, type="badge.saved", data=data, actor=actor, now=now)
    return bool(changed)
