"""Every message is whole in three languages, says only what it may, and reads well with little known."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from goodword.business.reading import DEFAULTS
from goodword.engine.rules.gifts import GIFTS
from goodword.flow.clock_events import TYPES
from goodword.outbox.addressing import ADDRESSES
from goodword.outbox.models import State
from goodword.outbox.rendering import first_name, language_of, render, used
from goodword.outbox.templates import TEMPLATES

LANGUAGES = ("en", "sv", "ar")
CASES = [(name, lang) for name in TEMPLATES for lang in LANGUAGES]
ROOT = Path(__file__).resolve().parent.parent.parent
LINK = "https://refer.example/r/BCDFGHJKL"
GIFT = {"kind": "service_credit", "asset": "USD", "units": 3500, "text": ""}
FULL: dict[str, Any] = {
    "link": LINK, "friend": "Bob Birch", "gift": GIFT, "usable": "2026-03-11T06:00:00+00:00",
    "expires": "2027-03-12T07:00:00+00:00", "code": "BCDFGHJKLMNP",
    "stop": "https://refer.example/u/1BCDFGHJKLabcdefghijklmnop",
    "page": "https://refer.example/share/BCDFGHJKLabcdefghijklmnop",
    "serial": "FERN-000123", "giver": "Cy Cole", "message": "Happy birthday",
}  # fmt: skip


def words(template: str, lang: str, facts: dict[str, Any], name: str = "Ann Archer") -> str:
    zone = ZoneInfo("America/Denver")
    made = render(template=template, lang=lang, name=name, business="Fern", currency="USD", zone=zone, facts=facts)
    return f"{made.subject}\n{made.body}"


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_every_language_has_the_same_lines_and_uses_only_the_listed_words(name: str, lang: str) -> None:
    template = TEMPLATES[name]
    assert set(template.texts) == set(LANGUAGES)
    english = [sorted(used(line)) for line in template.texts["en"].lines]
    assert [sorted(used(line)) for line in template.texts[lang].lines] == english
    said = {word for line in (*template.texts[lang].lines, template.texts[lang].subject) for word in used(line)}
    assert said <= set(template.variables)
    assert set(template.variables) == {word for line in template.texts["en"].lines for word in used(line)}


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_a_full_message_leaves_no_gap_and_a_bare_one_reads_on(name: str, lang: str) -> None:
    full = words(name, lang, FULL)
    assert "{" not in full
    assert len(full.splitlines()) == len(TEMPLATES[name].texts[lang].lines) + 1
    bare = words(name, lang, {"friend": "", "gift": GIFT, "link": LINK}, name="")
    assert not any(gap in bare for gap in ("{", "  ", " ,", "None", " .", ": \n"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", GIFTS)
def test_every_kind_of_reward_has_words(kind: str, lang: str) -> None:
    asset = {"points": "points", "custom": "custom"}.get(kind, "USD")
    gift = {"kind": kind, "asset": asset, "units": 1 if kind == "custom" else 250, "text": "One treatment"}
    said = words("reward_issued", lang, {"gift": gift})
    assert "One treatment" in said if kind in ("custom", "voucher") else "2" in said or "٢" in said


def test_amounts_and_days_are_written_as_the_reader_writes_them() -> None:
    assert "$35.00 of account credit" in words("reward_issued", "en", FULL)
    assert "35,00\xa0US$" in words("reward_issued", "sv", FULL)
    assert "US$" in words("reward_issued", "ar", FULL)
    assert "from March 11, 2026." in words("reward_issued", "en", FULL)
    assert "until March 11, 2027, that day included" in words("reward_issued", "en", FULL)
    assert "till och med 11 mars 2027" in words("reward_issued", "sv", FULL)
    assert "11 مارس 2027" in words("reward_issued", "ar", FULL)
    percent = {"kind": "discount", "asset": "discount", "units": 1250, "text": "", "max": 2000}
    assert "12.5% off a later visit (at most $20.00)" in words("friend_welcome", "en", {"gift": percent})


def test_a_friends_surname_is_never_told_and_a_name_cannot_carry_more_than_a_name() -> None:
    assert "Birch" not in words("reward_issued", "en", FULL)
    assert "sending Bob our way" in words("reward_issued", "en", FULL)
    assert first_name("  Zoë\u2003van Dam ") == "Zoë"
    assert first_name("ليلى حداد") == "ليلى"
    assert first_name("Eve\r\nBcc:x") == "Eve"
    assert len(first_name("x" * 500)) == 40
    assert "{link}" in words("reward_issued", "en", {**FULL, "friend": "{link}"})


@pytest.mark.parametrize(
    ("wanted", "business", "given"),
    [("sv-SE", "en", "sv"), (None, "ar", "ar"), ("de", "sv", "sv"), ("de", "de", "en"), ("", "", "en")],
)
def test_the_language_is_the_contacts_else_the_businesss_else_english(
    wanted: str | None, business: str, given: str
) -> None:
    assert language_of(wanted, business=business) == given


def test_every_template_is_a_file_of_its_own_and_documented() -> None:
    files = {p.stem for p in (ROOT / "goodword/outbox/templates").glob("*.py")} - {"__init__", "kind"}
    assert files == set(TEMPLATES)
    told = (ROOT / "docs/reference/messages.md").read_text(encoding="utf-8")
    for name, template in TEMPLATES.items():
        assert f"| `{name}` | {template.purpose} |" in told


def test_every_channel_state_setting_and_clock_event_is_documented() -> None:
    told = (ROOT / "docs/reference/messages.md").read_text(encoding="utf-8")
    files = {p.stem for p in (ROOT / "goodword/outbox/channels").glob("*.py")} - {"__init__", "kind"}
    assert files == set(ADDRESSES)
    for word in (*files, *State.values, *TYPES):
        assert f"| `{word}` |" in told, word
    for key in ("score_threshold", "ask_every", "reminders", "quiet_from", "quiet_until", "sender_name"):
        assert f"`{key}`" in told
        assert str(DEFAULTS[key]).replace("'", '"') in told
