"""The exports of one business that were made from the console; no other business's are ever looked at."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from goodword.business.models import Business
from goodword.errors import Conflict, NotFound
from goodword.flow.shelf import Shelf

PATTERN = "*-export-*Z.zip"


def shelf(business: Business) -> Shelf:
    """Return the folder of a business's exports: only this system's user may look in."""
    path = Path(settings.DATA) / "exports" / re.sub(r"[^A-Za-z0-9_-]", "", business.public_id)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Shelf(
        path, PATTERN, NotFound("export_not_found", "there is no export of that name"),
        Conflict("export_running", "an export is being made already"),
    )  # fmt: skip


def name_for(business: Business, now: datetime) -> str:
    """Return the name of an export made at ``now``."""
    return f"{business.slug}-export-{now.astimezone(UTC):%Y%m%d-%H%M%S}Z.zip"


def start(business: Business, *, now: datetime) -> None:
    """Begin to make an export in a process of its own: a page does not wait for it.

    Raises:
        Conflict: ``export_running``.
    """
    place = shelf(business)
    place.start(["export", "--business", business.slug, str(place.folder / name_for(business, now))], now=now)
