"""Remove the demo business and all that belongs to it, in one transaction. A real business is never removed."""

from __future__ import annotations

from django.apps import apps
from django.db import models, transaction

from goodword.business import pictures
from goodword.business.models import Business, Membership, User
from goodword.errors import NotFound, Refused
from goodword.flow.bringing_file import folder
from goodword.flow.statistics import look_again
from goodword.inbox.models import Import
from goodword.ledger.removing import remove_book

DOMAIN = "@goodword.example"  # the e-mail addresses of the demo's own users


def remove_demo(*, business: Business | None = None) -> dict[str, int]:
    """Delete the demo business: every row that names it, its book, and the demo's own users.

    A user who belongs to another business too stays.

    Args:
        business: the demo; None takes the one there is.

    Returns:
        how many rows of each kind went, for the curious.

    Raises:
        Refused: ``not_a_demo``.
        NotFound: ``business_not_found``: there is no demo.
    """
    business = business or Business.objects.filter(is_demo=True).order_by("pk").first()
    if business is None:
        raise NotFound("business_not_found", "there is no demo here")
    with transaction.atomic():
        held = Business.objects.select_for_update().get(pk=business.pk)
        if not held.is_demo:
            raise Refused("not_a_demo", f"“{held.slug}” is no demo; a real business is never removed")
        members = list(Membership.objects.filter(business=held).values_list("user_id", flat=True))
        look_again()
        uploads = list(Import.objects.filter(business=held).exclude(stored="").values_list("stored", flat=True))
        remove_book(business=held.pk)
        gone = {}
        for model, path in belongings():
            rows = model._base_manager.filter(**{path: held.pk})
            gone[model._meta.label] = rows._raw_delete(rows.db)
        Business.objects.filter(pk=held.pk)._raw_delete("default")
        leavers = User.objects.filter(pk__in=members, email__endswith=DOMAIN)
        leavers.exclude(pk__in=Membership.objects.values("user_id")).delete()
    pictures.drop_all(business.public_id)
    for name in uploads:
        (folder() / name).unlink(missing_ok=True)
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
