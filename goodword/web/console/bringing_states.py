"""How far an import is, in words: its state, and how long a step still takes."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from goodword.inbox.models import Import
from goodword.web import showing
from goodword.web.labels import Look

State = Import.State

STATES: dict[str, Look] = {
    State.DRAFT: Look(gettext_lazy("Columns to match"), "info", "sliders-horizontal"),
    State.CHECKING: Look(gettext_lazy("Being looked over"), "info", "hourglass"),
    State.CHECKED: Look(gettext_lazy("Looked over"), "info", "file-search"),
    State.RECORDING: Look(gettext_lazy("Being brought in"), "primary", "hourglass"),
    State.SETTLING: Look(gettext_lazy("Being settled"), "primary", "hourglass"),
    State.DONE: Look(gettext_lazy("Brought in"), "success", "circle-check"),
    State.FAILED: Look(gettext_lazy("Stopped"), "error", "circle-alert"),
    State.UNDOING: Look(gettext_lazy("Being undone"), "warning", "hourglass"),
    State.UNDONE: Look(gettext_lazy("Undone"), "neutral", "undo-2"),
}


def seconds_left(seconds: float | None) -> str:
    """Return how long a step still takes, roughly; empty when nobody can tell."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("about %(count)s minute left", "about %(count)s minutes left", minutes) % {
            "count": showing.number(minutes)
        }
    hours = round(minutes / 60)
    return ngettext("about %(count)s hour left", "about %(count)s hours left", hours) % {"count": showing.number(hours)}
