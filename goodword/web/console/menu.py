"""The console's menu and the tabs of its settings: literal lists, a line for each page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from goodword.web.console.roles import PAGES


@dataclass(frozen=True, slots=True)
class Item:
    """One place of the menu: the name of its address, its word, its icon; ``count`` names a number beside it."""

    name: str
    text: Promise
    icon: str
    count: str = ""
    alarm: bool = False


MAIN: list[Item] = [
    Item("overview", _("Overview"), "layout-dashboard"),
    Item("today", _("Today"), "smartphone"),
    Item("referrals", _("Referrals"), "handshake"),
    Item("customers", _("Customers"), "contact-round"),
    Item("rewards", _("Rewards"), "gift", count="rewards_waiting"),
    Item("todo", _("To do"), "list-checks", count="todos_due"),
    Item("leaderboard", _("Leaderboard"), "trophy"),
    Item("reports", _("Reports"), "chart-column"),
    Item("messages", _("Messages"), "mail"),
    Item("programmes", _("Programmes"), "book-open-text"),
    Item("problems", _("Problems"), "triangle-alert", count="problems_open", alarm=True),
]
# Pages that stand under “Settings”: one item in the menu, a tab each. Their ``active`` is “settings”.
SETTINGS: list[Item] = [
    Item("settings_business", _("Business"), "store"),
    Item("settings_look", _("Look"), "palette"),
    Item("settings_locations", _("Locations"), "map-pin"),
    Item("settings_languages", _("Languages"), "languages"),
    Item("settings_asking", _("Asking"), "message-square"),
    Item("settings_rewards", _("Rewards"), "gift"),
    Item("settings_referrals", _("Referrals"), "handshake"),
    Item("team", _("Team"), "users-round"),
    Item("keys", _("API keys"), "key-round"),
    Item("audit", _("Audit log"), "scroll-text"),
    Item("backups", _("Backup"), "hard-drive-download"),
]


def menu(may: frozenset[str], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the items of the menu that a role may open, settings last."""
    lines = [_line(item, item.name, counts) for item in MAIN if allowed(item, may)]
    tabs = [item for item in SETTINGS if allowed(item, may)]
    if tabs:
        lines.append(_line(Item(tabs[0].name, _("Settings"), "settings"), "settings", counts))
    return lines


def settings_tabs(may: frozenset[str], *, current: str) -> list[dict[str, Any]]:
    """Return the tabs of the settings that a role may open, as <c-tabs> takes them."""
    return [
        {"text": item.text, "url": reverse(f"console:{item.name}"), "count": None, "current": item.name == current}
        for item in SETTINGS
        if allowed(item, may)
    ]


def allowed(item: Item, may: frozenset[str]) -> bool:
    """Say whether a role may open the page behind an item."""
    wanted = PAGES[item.name]
    return not wanted or wanted in may


def _line(item: Item, code: str, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "code": code, "url": reverse(f"console:{item.name}"), "text": item.text, "icon": item.icon,
        "count": counts.get(item.count) or "", "alarm": "1" if item.alarm else "",
    }  # fmt: skip
