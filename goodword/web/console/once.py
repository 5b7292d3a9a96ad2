"""A secret that is shown once: on the answer to the form that made it, never on a page that can be opened again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from goodword.web.console.desk import Desk, shown


def shown_once(
    request: HttpRequest, desk: Desk, *, title: str, lead: str, value: str, label: str, back: str, back_text: str
) -> HttpResponse:
    """Show a secret with a button that copies it; no page keeps it, and no other site learns this address."""
    context = {
        "title": title, "lead": lead, "value": value, "label": label, "back": back, "back_text": back_text
    }  # fmt: skip
    answer = shown(request, desk, "console/once.html", context, active="settings")
    answer["Referrer-Policy"] = "no-referrer"
    return answer
