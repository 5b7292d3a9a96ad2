"""The console's menu and the tabs of its settings: literal lists, a line for each page."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from goodword.web.console.roles import PAGES


@dataclass(frozen=True, slots=True)
class Item:
    """One place of the menu: the name of its address, its word, its icon; ``count`` names a number beside it.

    Items of one ``group`` stand together; among the settings it is their heading.
    """

    name: str
    text: Promise
    icon: str
    group: Promise | str
    count: str = ""
    alarm: bool = False


# What to do now; what comes in; how it goes; how it is set up.
MAIN: list[Item] = [
    Item("overview", _("Overview"), "layout-dashboard", "now"),
    Item("today", _("Today"), "smartphone", "now"),
    Item("redeem", _("Redeem"), "ticket-percent", "now"),
    Item("todo", _("To do"), "list-checks", "now", count="todos_due"),
    Item("referrals", _("Referrals"), "handshake", "work"),
    Item("customers", _("Customers"), "contact-round", "work"),
    Item("rewards", _("Rewards"), "gift", "work", count="rewards_waiting"),
    Item("vouchers", _("Vouchers"), "ticket-percent", "work"),
    Item("messages", _("Messages"), "mail", "work"),
    Item("leaderboard", _("Leaderboard"), "trophy", "figures"),
    Item("reports", _("Reports"), "chart-column", "figures"),
    Item("programmes", _("Programmes"), "book-open-text", "setup"),
    Item("problems", _("Problems"), "triangle-alert", "setup", count="problems_open", alarm=True),
]
_OURS, _RULES, _ACCESS = _("Your business"), _("Rules"), _("Access and data")
# Pages that stand under “Settings”: one item in the menu, a line each in a list of their own (<c-settings>).
# Their ``active`` is “settings”.
SETTINGS: list[Item] = [
    Item("settings_business", _("Business"), "store", _OURS),
    Item("settings_look", _("Look"), "palette", _OURS),
    Item("voucher_designs", _("Voucher designs"), "ticket-percent", _OURS),
    Item("settings_locations", _("Locations"), "map-pin", _OURS),
    Item("settings_languages", _("Languages"), "languages", _OURS),
    Item("settings_asking", _("Asking"), "message-square", _RULES),
    Item("settings_rewards", _("Rewards"), "gift", _RULES),
    Item("settings_referrals", _("Referrals"), "handshake", _RULES),
    Item("settings_vouchers", _("Vouchers"), "ticket-percent", _RULES),
    Item("settings_badges", _("Badges"), "flag", _RULES),
    Item("team", _("Team"), "users-round", _ACCESS),
    Item("keys", _("API keys"), "key-round", _ACCESS),
    Item("audit", _("Audit log"), "scroll-text", _ACCESS),
    Item("imports", _("Bring data in"), "upload", _ACCESS),
    Item("exports", _("Export"), "file-down", _ACCESS),
    Item("backups", _("Backup"), "hard-drive-download", _ACCESS),
]


def menu(may: frozenset[str], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the items of the menu that a role may open, settings last."""
    lines = [_line(item, item.name, counts) for item in MAIN if allowed(item, may)]
    tabs = [item for item in SETTINGS if allowed(item, may)]
    if tabs:
        lines.append(_line(Item(tabs[0].name, _("Settings"), "settings", "setup"), "settings", counts))
    for before, line in itertools.pairwise(lines):
        line["apart"] = before["group"] != line["group"]
    return lines


def settings_tabs(may: frozenset[str], *, current: str) -> list[dict[str, Any]]:
    """Return the pages of the settings that a role may open, as <c-settings> takes them."""
    return [{**_line(item, item.name, {}), "current": item.name == current} for item in SETTINGS if allowed(item, may)]


def allowed(item: Item, may: frozenset[str]) -> bool:
    """Say whether a role may open the page behind an item."""
    wanted = PAGES[item.name]
    return not wanted or wanted in may


def _line(item: Item, code: str, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "code": code, "url": reverse(f"console:{item.name}"), "text": item.text, "icon": item.icon,
        "count": counts.get(item.count) or "", "alarm": "1" if item.alarm else "", "group": item.group,
        "apart": False,
    }  # fmt: skip
