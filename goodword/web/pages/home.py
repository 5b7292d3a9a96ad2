"""``/``: where somebody who typed the bare address belongs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from goodword.flow.starting import may_start


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Lead to the console, or to the choice on an installation that has not begun."""
    if may_start() and not request.user.is_authenticated:
        return redirect("console:start")
    return redirect("console:overview")
