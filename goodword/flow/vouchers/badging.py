"""Badges: labels with a colour, and vouchers that bear them (R16, R25)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from goodword.business.models import Badge, Business
from goodword.business.particulars import colour as read_colour
from goodword.errors import Conflict, Invalid, NotFound
from goodword.flow.minting import mint_id
from goodword.inbox import models as inbox
from goodword.vouchers.models import Voucher

LONGEST, MOST = 40, 1000
Through = Voucher.badges.through


def save(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``badge.saved {badge?, name?, colour?, closed?}``: a badge is made, or the named one changed.

    Raises:
        Invalid: ``bad_name``, ``bad_colour``. Conflict: ``badge_exists``. NotFound: ``badge_not_found``.
    """
    ref = str(row.data.get("badge") or "")
    changed = badge_to_change(business, ref, row.data)
    if "closed" in changed:
        changed["closed_at"] = now if changed.pop("closed") else None
    if not ref:
        made = Badge.objects.create(business=business, public_id=mint_id("bdg", at=now), created_at=now, **changed)
        row.data = {**row.data, "badge": made.public_id}
        row.save(update_fields=["data"])
    elif changed:
        Badge.objects.filter(business=business, public_id=ref).update(**changed)


def badge_to_change(business: Business, ref: str, wanted: Mapping[str, object]) -> dict[str, Any]:
    """Return what differs of a badge, ``closed`` as yes or no; of a new one (``ref`` empty) all that is told.

    Raises:
        Invalid: ``bad_name``, ``bad_colour``. Conflict: ``badge_exists``. NotFound: ``badge_not_found``.
    """
    known = Badge.objects.filter(business=business, public_id=ref).first() if ref else None
    if ref and known is None:
        raise NotFound("badge_not_found", "no badge of that id")
    values: dict[str, Any] = {}
    if "name" in wanted or known is None:
        values["name"] = " ".join(str(wanted.get("name") or "").split())
        if not 1 <= len(values["name"]) <= LONGEST:
            raise Invalid("bad_name", f"a badge's name has 1 to {LONGEST} characters", pointer="/name")
        same = Badge.objects.filter(business=business, name__iexact=values["name"]).exclude(public_id=ref)
        if same.exists():
            raise Conflict("badge_exists", "there is a badge of that name already", pointer="/name")
    if "colour" in wanted or known is None:
        values["colour"] = read_colour(str(wanted.get("colour") or ""))
        if not values["colour"]:
            raise Invalid("bad_colour", "choose a colour", pointer="/colour")
    if "closed" in wanted and known is not None:
        values["closed"] = bool(wanted["closed"])
    if known is None:
        return values
    held = {"name": known.name, "colour": known.colour, "closed": known.closed_at is not None}
    return {key: value for key, value in values.items() if value != held[key]}


def label(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``voucher.badged {voucher | vouchers | sale, add?, remove?}``: put on and taken off, by the badges' ids.

    ``sale`` means every voucher of it. What a voucher bears already, or does not bear, is no fault.

    Raises:
        Invalid: ``badge_required``, ``too_many_vouchers``. NotFound: ``badge_not_found``, ``voucher_not_found``.
    """
    add, remove = badges_named(business, row.data.get("add")), badges_named(business, row.data.get("remove"))
    if not add and not remove:
        raise Invalid("badge_required", "name a badge to put on or to take off", pointer="/add")
    keys = _vouchers(business, row.data)
    put_on(add, keys)
    if remove:
        Through.objects.filter(voucher__in=keys, badge__in=remove).delete()


def put_on(badges: Iterable[int], vouchers: Collection[int]) -> None:
    """Put badges on vouchers, both by their keys; what a voucher bears already stays."""
    borne = [Through(voucher_id=voucher, badge_id=badge) for badge in badges for voucher in vouchers]
    Through.objects.bulk_create(borne, ignore_conflicts=True, batch_size=5000)


def badges_named(business: Business, told: object) -> list[int]:
    """Return the keys of badges that are named by their ids; none for nothing.

    Raises:
        NotFound: ``badge_not_found``.
    """
    wanted = list(dict.fromkeys(map(str, told))) if isinstance(told, list | tuple) else []
    found = dict(Badge.objects.filter(business=business, public_id__in=wanted).values_list("public_id", "pk"))
    if len(found) != len(wanted):
        raise NotFound("badge_not_found", "no badge of that id")
    return list(found.values())


def _vouchers(business: Business, data: Mapping[str, Any]) -> Any:
    """Return the keys of the vouchers that are meant; those of a sale as a query, however many they are."""
    vouchers = Voucher.objects.filter(business=business)
    if data.get("sale"):
        found = vouchers.filter(sale__public_id=data["sale"])
        if not found.exists():
            raise NotFound("voucher_not_found", "no voucher of that sale")
        return list(found.values_list("pk", flat=True))
    named = [data["voucher"]] if data.get("voucher") else data.get("vouchers") or []
    wanted = list(dict.fromkeys(map(str, named)))
    if len(wanted) > MOST:
        raise Invalid("too_many_vouchers", f"at most {MOST} vouchers at once", pointer="/vouchers")
    keys = list(vouchers.filter(public_id__in=wanted).values_list("pk", flat=True))
    if not wanted or len(keys) != len(wanted):
        raise NotFound("voucher_not_found", "no voucher of that number or code")
    return keys
