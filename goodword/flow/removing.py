"""Remove the demo business and all that belongs to it, in one transaction. A real business is never removed."""

from __future__ import annotations

from django.apps import apps
from django.db import models, transaction

from goodword.business.models import Business, Membership, User
from goodword.errors import Refused
from goodword.ledger.removing import remove_book


def remove_demo(*, business: Business, users: str) -> dict[str, int]:
    """Delete a demo business: every row that names it, its book, and the demo's own users.

    Args:
        users: how the e-mail addresses of the demo's users end; one who belongs to another business too stays.

    Returns:
        how many rows of each kind went, for the curious.

    Raises:
        Refused: ``not_a_demo``.
    """
    with transaction.atomic():
        held = Business.objects.select_for_update().get(pk=business.pk)
        if not held.is_demo:
            raise Refused("not_a_demo", f"“{held.slug}” is no demo; a real business is never removed")
        members = list(Membership.objects.filter(business=held).values_list("user_id", flat=True))
        remove_book(business=held.pk)
        gone = {}
        for model, path in belongings():
            rows = model._base_manager.filter(**{path: held.pk})
            gone[model._meta.label] = rows._raw_delete(rows.db)
        Business.objects.filter(pk=held.pk)._raw_delete("default")
        leavers = User.objects.filter(pk__in=members, email__endswith=users)
        leavers.exclude(pk__in=Membership.objects.values("user_id")).delete()
    return gone


def belongings() -> list[tuple[type[models.Model], str]]:
    """Return every model whose rows belong to a business, with the way there; those farthest from it first.

    The ledger names businesses by plain ids and is not among them.
    """
    found = []
    for model in apps.get_models(include_auto_created=True):
        path = _way(model)
        if path is not None and model is not Business:
            found.append((model, path))
    return sorted(found, key=lambda each: (-each[1].count("__"), each[0]._meta.label))


def _way(model: type[models.Model]) -> str | None:
    """Return the shortest chain of foreign keys to the business: ``business`` or ``reward__business``."""
    reach: list[tuple[str, type[models.Model]]] = [("", model)]
    seen = {model}
    for path, here in reach:  # grows while it is walked: the nearest first
        if here is Business:
            return path.removesuffix("__")
        for field in here._meta.concrete_fields:
            target = field.related_model if isinstance(field, models.ForeignKey) else None
            if isinstance(target, type) and target.__module__.startswith("goodword.") and target not in seen:
                seen.add(target)
                reach.append((f"{path}{field.name}__", target))
    return None
