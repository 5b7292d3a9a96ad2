"""What every list has: filters as links, and the way to older rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest


def paged(request: HttpRequest, *, after: str) -> dict[str, str]:
    """Return ``next_url`` and ``first_url`` for a list whose next cursor is ``after``."""
    kept = {name: value for name, value in request.GET.items() if name != "after" and value}
    first = f"?{urlencode(kept)}" if request.GET.get("after") else ""
    return {"next_url": f"?{urlencode(kept | {'after': after})}" if after else "", "first_url": first}


def without(request: HttpRequest, name: str) -> str:
    """Return the list as it is narrowed, but for ``name``, from its beginning."""
    return f"?{urlencode({key: value for key, value in request.GET.items() if value and key not in (name, 'after')})}"


def filters(
    request: HttpRequest, *, name: str, choices: Iterable[tuple[str, str]], keep: tuple[str, ...] = ("q",)
) -> list[dict[str, Any]]:
    """Return tabs that set ``name``; an empty value takes it away."""
    current = request.GET.get(name, "")
    kept = {key: request.GET[key] for key in keep if request.GET.get(key)}
    return [
        {
            "text": text, "url": f"?{urlencode(kept | ({name: value} if value else {}))}", "count": None,
            "current": value == current,
        }
        for value, text in choices
    ]  # fmt: skip
