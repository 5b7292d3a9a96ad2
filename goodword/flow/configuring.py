"""What the commands do that change a business's settings, particulars, pictures and locations.

Only what differs from what is in force is written. When two people change the same thing the last one wins, and both
stand in the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings as installation

from goodword.business.choices import read_choice
from goodword.business.models import Business, Location, Setting
from goodword.business.particulars import address, name, phone, read_particulars, region
from goodword.business.reading import settings_at
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.inbox import models as inbox
from goodword.ledger import trial
from goodword.ledger.opening import book_of
from goodword.programmes.models import Revision
from goodword.work.models import Job, Ticket

LONGEST_ID = 100
PICTURES = frozenset({"logo", "photo"})
DECIDED_BY = ("timezone", "country", "currency")  # the particulars that a decision may hang on


def currency_fixed(*, business: Business) -> bool:
    """Say whether amounts are on record, so that the currency can no longer change."""
    return (
        Revision.objects.filter(programme__business=business).exists()
        or Job.objects.filter(business=business).exists()
        or Ticket.objects.filter(business=business).exists()
        or bool(trial.entries(book=book_of(business=business.pk), limit=1))
    )


def settings_changed(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``settings.changed {key: value}``: these settings are in force from now on."""
    for key, value in settings_to_change(business, row.data, now).items():
        Setting.objects.create(business=business, key=key, value=value, since=now)


def business_changed(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``business.changed {name, address, phone, timezone}``: what a business says of itself.

    What decisions were made by until then is kept under ``before``, so that a history can be decided again.
    """
    changed = particulars_to_change(business, row.data)
    if not changed:
        return
    held = Business.objects.get(pk=business.pk)
    before = {name: getattr(held, name) for name in DECIDED_BY if name in changed}
    if before:
        row.data = {**row.data, "before": before}
        row.save(update_fields=["data"])
    Business.objects.filter(pk=business.pk).update(**changed)


def picture_changed(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``picture.changed {which, file}``: the logo or the photo is another file, or none."""
    which, file = row.data.get("which"), str(row.data.get("file") or "")
    if which not in PICTURES or (file and not file.startswith(f"{business.public_id}/")):
        raise Invalid("not_a_choice", "which is logo or photo, of this business", pointer="/which")
    Business.objects.filter(pk=business.pk).update(**{str(which): file})


def location_saved(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``location.saved {location, new, name, phone, address, region, closed}``: a location is added or changed."""
    external_id, new = str(row.data.get("location") or ""), bool(row.data.get("new"))
    wanted = {key: value for key, value in row.data.items() if key not in ("location", "new")}
    changed = location_to_change(business, external_id, wanted, new=new)
    if "closed" in changed:
        changed["closed_at"] = now if changed.pop("closed") else None
    if new:
        Location.objects.create(business=business, external_id=external_id, **changed)
    elif changed:
        Location.objects.filter(business=business, external_id=external_id).update(**changed)


def settings_to_change(business: Business, wanted: Mapping[str, object], now: datetime) -> dict[str, Any]:
    """Return those of the settings that differ from what is in force, as they are stored.

    Raises:
        Invalid: the first that cannot be meant. Refused: ``link_target_loops``.
    """
    values = {key: read_choice(key, value) for key, value in wanted.items()}
    target = str(values.get("link_target") or "")
    if target.startswith(f"{installation.PUBLIC_URL}/r/"):
        raise Refused(
            "link_target_loops", "the link would lead to itself; name a page of your own", field="link_target"
        )
    told = settings_at(business, now)
    return {key: value for key, value in values.items() if value != told[key]}


def particulars_to_change(business: Business, wanted: Mapping[str, object]) -> dict[str, Any]:
    """Return those of the particulars that differ, as they are stored.

    Raises:
        Invalid: the first that cannot be meant. Refused: ``currency_fixed``.
    """
    values, faults = read_particulars(wanted, country=business.country)
    for fault in faults.values():
        raise fault
    held = Business.objects.get(pk=business.pk)
    changed = {key: value for key, value in values.items() if value != getattr(held, key)}
    if "currency" in changed and currency_fixed(business=business):
        raise Refused("currency_fixed", "amounts are on record in the currency; it stays", field="currency")
    return changed


def location_to_change(
    business: Business, external_id: str, wanted: Mapping[str, object], *, new: bool
) -> dict[str, Any]:
    """Return what differs of a location, ``closed`` as yes or no; of a new one all that is told.

    Raises:
        Invalid: ``bad_location_id``, ``bad_name``, ``bad_phone``, ``bad_address``, ``bad_region``.
        Conflict: ``location_exists``. NotFound: ``location_not_found``.
    """
    known = Location.objects.filter(business=business, external_id=external_id).first()
    if not 1 <= len(external_id) <= LONGEST_ID or not external_id.isprintable() or external_id != external_id.strip():
        raise Invalid("bad_location_id", "a location's id has 1 to 100 characters", field="external_id")
    if new and known is not None:
        raise Conflict("location_exists", f"there is a location “{external_id}” already", field="external_id")
    if not new and known is None:
        raise NotFound("location_not_found", "this business has no such location")
    values: dict[str, Any] = {}
    if "name" in wanted or new:
        values["name"] = name(str(wanted.get("name") or ""))
    if "phone" in wanted:
        values["phone"] = phone(str(wanted["phone"]), country=business.country)
    if "address" in wanted:
        values["address"] = address(str(wanted["address"]))
    if "region" in wanted:
        values["region"] = region(str(wanted["region"]))
    if "closed" in wanted:
        values["closed"] = bool(wanted["closed"])
    if known is None:
        return values
    held = {
        "name": known.name, "phone": known.phone, "address": known.address, "region": known.region,
        "closed": known.closed_at is not None,
    }  # fmt: skip
    return {key: value for key, value in values.items() if value != held[key]}
