"""Which business a command is for."""

from __future__ import annotations

from goodword.business.models import Business
from goodword.errors import NotFound


def the_business(slug: str | None) -> Business:
    """Return the business of that slug; for None the only one there is.

    Raises:
        NotFound: ``business_not_found`` or ``business_not_named``, with the slugs there are.
    """
    if slug is not None:
        found = Business.objects.filter(slug=slug).first()
        if found is None:
            raise NotFound("business_not_found", f"there is no business “{slug}”; there are: {_known()}")
        return found
    first = list(Business.objects.order_by("slug")[:2])
    if len(first) == 1:
        return first[0]
    if not first:
        raise NotFound("business_not_found", "there is no business yet; goodword init opens one")
    raise NotFound("business_not_named", f"there are several businesses; say --business with one of: {_known()}")


def _known() -> str:
    return ", ".join(Business.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
