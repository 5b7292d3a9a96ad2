"""A change of the settings is told in words, not in keys."""

from __future__ import annotations

from goodword.business.reading import DEFAULTS
from goodword.web.console.setting_words import NAMES, changed


def test_every_setting_has_a_name_where_its_change_is_told() -> None:
    assert set(DEFAULTS) <= set(NAMES)
    told = changed({"quiet_from": "20:00", "reminders": ["14d", "30d"], "public_leaderboard": True, "sender_name": ""})
    assert told == "quiet from: 20:00; reminders after: 14d, 30d; public leaderboard: on; sender’s name: –"
