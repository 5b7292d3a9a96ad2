"""What the value of a setting may be: one reader each, whoever sends it."""

from __future__ import annotations

from typing import Any

import pytest

from goodword.business.choices import CHOICES, read_choice, read_choices
from goodword.business.particulars import read_particulars
from goodword.business.reading import DEFAULTS
from goodword.errors import Invalid


def test_every_setting_has_its_reader_and_its_default_passes_it_unchanged() -> None:
    assert set(CHOICES) == set(DEFAULTS)
    assert {key: read_choice(key, value) for key, value in DEFAULTS.items()} == DEFAULTS


@pytest.mark.parametrize(
    ("key", "sent", "kept"),
    [
        ("points_hold", "0h", "0h"),
        ("ask_every", " 3 months ", "3 months"),
        ("ask_every", "1 month", "1 months"),
        ("reminders", "14d, 30d", ["14d", "30d"]),
        ("reminders", "", []),
        ("reminders", ["7d", ""], ["7d"]),
        ("score_threshold", "5", 5),
        ("quiet_from", "9:30", "09:30"),
        ("quiet_until", "08:00:00", "08:00"),
        ("link_target", " https://fern.example/friends?x=1 ", "https://fern.example/friends?x=1"),
        ("public_leaderboard", "on", True),
        ("public_leaderboard", "no", False),
        ("sender_name", "  Fern   Lawn ", "Fern Lawn"),
        ("languages", "ar, en", ["en", "ar"]),
        ("thank_every", "0", 0),
        ("thank_clubs", "gold, gold , VIP", ["gold", "VIP"]),
    ],
)
def test_a_value_is_read_as_people_write_it(key: str, sent: object, kept: object) -> None:
    assert read_choice(key, sent) == kept


@pytest.mark.parametrize(
    ("key", "sent", "code"),
    [
        ("points_hold", "soon", "not_a_duration"),
        ("ask_every", "0d", "not_a_duration"),
        ("ask_every", "-3d", "not_a_duration"),
        ("reminders", "14d, two weeks", "not_a_duration"),
        ("reminders", "1d,2d,3d,4d", "too_many"),
        ("score_threshold", "0", "not_in_range"),
        ("score_threshold", "4.5", "not_in_range"),
        ("score_threshold", True, "not_in_range"),
        ("quiet_from", "24:00", "not_a_time"),
        ("quiet_from", "9 pm", "not_a_time"),
        ("link_target", "javascript:alert(1)", "not_a_web_address"),
        ("link_target", "//fern.example", "not_a_web_address"),
        ("link_target", "https://", "not_a_web_address"),
        ("link_target", "https://ann:secret@fern.example/", "not_a_web_address"),
        ("link_target", "https://fern.example/\nSet-Cookie: x", "not_a_web_address"),
        ("link_target", "https://[fern", "not_a_web_address"),
        ("link_target", "https://fern.example:99999/", "not_a_web_address"),
        ("public_leaderboard", "perhaps", "not_a_choice"),
        ("household", "Review", "not_a_choice"),
        ("sender_name", "x" * 61, "bad_words"),
        ("sender_name", "Fern\u202elawn", "bad_words"),
        ("languages", "", "none_chosen"),
        ("languages", "en,tlh", "unknown_language"),
        ("thank_every", "1001", "not_in_range"),
        ("thank_clubs", ",".join(f"c{n}" for n in range(51)), "too_many"),
        ("no_such", "1", "unknown_setting"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_with_its_field(key: str, sent: Any, code: str) -> None:
    with pytest.raises(Invalid) as told:
        read_choice(key, sent)
    assert told.value.code == code
    assert told.value.facts["field"] == key


def test_all_faults_come_at_once_and_good_values_stay() -> None:
    values, faults = read_choices({"quiet_from": "22:00", "quiet_until": "late", "score_threshold": "9"})
    assert values == {"quiet_from": "22:00"}
    assert {key: fault.code for key, fault in faults.items()} == {
        "quiet_until": "not_a_time", "score_threshold": "not_in_range",
    }  # fmt: skip


def test_a_business_s_particulars_are_read_as_people_write_them() -> None:
    wanted = {
        "name": " Fern  Lawn ", "phone": "(303) 555-0142", "website": "www.fern.example", "privacy_url": "",
        "address": "1 Elm St\n\n  Denver ", "colour": "0B6B57", "region": "co",
    }  # fmt: skip
    values, faults = read_particulars(wanted, country="US")
    assert faults == {}
    assert values == {
        "name": "Fern Lawn", "phone": "+13035550142", "website": "https://www.fern.example", "privacy_url": "",
        "address": "1 Elm St\nDenver", "colour": "#0b6b57", "region": "CO",
    }  # fmt: skip


def test_a_phone_is_read_by_the_country_that_comes_with_it() -> None:
    assert read_particulars({"country": "SE", "phone": "08-123 456 78"}, country="US")[0]["phone"] == "+46812345678"


@pytest.mark.parametrize(
    ("name", "sent", "code"),
    [
        ("name", " ", "bad_name"), ("phone", "call me", "bad_phone"), ("email", "ann@", "bad_email"),
        ("website", "fern", "not_a_web_address"), ("privacy_url", "ftp://fern.example/x", "not_a_web_address"),
        ("timezone", "Denver", "unknown_timezone"), ("timezone", "../etc/passwd", "unknown_timezone"),
        ("country", "XX", "unknown_country"), ("region", "Colorado", "bad_region"),
        ("language", "de", "unknown_language"),
        ("currency", "usd", "unknown_currency"), ("colour", "red", "bad_colour"),
        ("address", "\n".join("abcdefg"), "bad_address"),
    ],
)  # fmt: skip
def test_a_particular_that_cannot_be_meant_is_refused(name: str, sent: str, code: str) -> None:
    values, faults = read_particulars({name: sent}, country="US")
    assert (values, faults[name].code) == ({}, code)
