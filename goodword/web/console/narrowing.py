"""What narrows a report: stretches of time and locations as options, and its address as a file."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from goodword.business.models import Business
from goodword.reports.places import locations
from goodword.web.console.periods import WORDS

Option = dict[str, str]


def period_options() -> list[Option]:
    """Return the stretches of time a report can be about."""
    return [{"value": word, "text": str(text)} for word, text in WORDS.items()]


def location_options(business: Business, *, empty: str = "") -> list[Option]:
    """Return the locations to choose from, none in particular first; nothing where there is no choice. One statement.

    Args:
        empty: what that first one is called; else “All locations”.
    """
    found = locations(business=business)
    if len(found) < 2:
        return []
    return [{"value": "", "text": empty or _("All locations")}, *({"value": key, "text": name} for key, name in found)]


def csv_url(request: HttpRequest) -> str:
    """Return the address of the same report as a file."""
    kept = {name: value for name, value in request.GET.items() if name != "after" and value}
    return f"?{urlencode(kept | {'format': 'csv'})}"
