"""Two ways of writing one person compare equal; what identifies nobody identifies nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword import identity

RTL = "\u200f"


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("(303) 555-0142", "US", "+13035550142"),
        ("303.555.0142", "us", "+13035550142"),
        ("+1 303 555 0142", "SE", "+13035550142"),
        ("(303) 555-0142 ext 3", "US", "+13035550142"),
        ("07700 900982", "GB", "+447700900982"),
        ("+44 (0)7700 900982", "GB", "+447700900982"),
        ("0044 7700 900982", "GB", "+447700900982"),
        ("٠٧٧٠٠٩٠٠٩٨٢", "GB", "+447700900982"),
        ("０７７００９００９８２", "GB", "+447700900982"),
        (RTL + "+966 50 123 4567", "SA", "+966501234567"),
        ("📞 0700-12 34 56", "SE", "+46700123456"),
        ("0700123456", "SE", "+46700123456"),
    ],
)
def test_a_number_is_one_number_however_it_is_written(text: str, country: str, expected: str) -> None:
    assert identity.phone(text, country=country) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+44 7700 900982", "+447700900982"),
        ("0044 7700 900982", "+447700900982"),
        ("(+1) 303 555 0142", "+13035550142"),
        ("303.555.0142", "3035550142"),
        ("303-555-0142", "3035550142"),
        ("٣٠٣٥٥٥٠١٤٢", "3035550142"),
        ("555-0142", "5550142"),
    ],
)
def test_without_a_country_international_numbers_are_e164_and_others_compare_as_digits(
    text: str, expected: str
) -> None:
    assert identity.phone(text) == expected


def test_a_local_number_that_cannot_be_completed_compares_as_digits_and_is_not_called_e164() -> None:
    assert identity.phone("555-0142", country="US") == "5550142"
    assert identity.phone("555 0142", country="US") == "5550142"


def test_an_unknown_country_is_as_none() -> None:
    assert identity.phone("303 555 0142", country="ZZ") == "3035550142"


@pytest.mark.parametrize("country", [None, "US", "SE"])
@pytest.mark.parametrize(
    "text",
    [None, "", "   ", "n/a", "call me", "😀", "+", "+1", "12", "000-000-0000", "1234567890", "+1 555 555 5555",
     "0700123456 / 0700999999 / 0700888888", "9" * 40],
)  # fmt: skip
def test_what_is_no_number_joins_nobody(text: str | None, country: str | None) -> None:
    assert identity.phone(text, country=country) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Ann@Example.COM ", "ann@example.com"),
        ("\u202aann@example.com\u202c", "ann@example.com"),
        ("ann@example.com", "ann@example.com"),
        ("ann+lawn@example.com", "ann+lawn@example.com"),
        ("a.n.n@example.com", "a.n.n@example.com"),
        ("😀@example.com", "😀@example.com"),
        ("سارة@مثال.السعودية", "سارة@مثال.السعودية"),
        ("info@xn--bcher-kva.example", "info@bücher.example"),
        ("O'Neil@example.com", "o'neil@example.com"),
    ],
)
def test_an_email_is_one_address_however_it_is_written(text: str, expected: str) -> None:
    assert identity.email(text) == expected


@pytest.mark.parametrize(
    "text",
    [None, "", "n/a", "ann", "ann@", "@example.com", "ann@example", "a b@c.de", "a@b@c.de", "a@b.de, c@d.de",
     "a..b@c.de", "a@.de", "a@b.de.", "Ann <a@b.de>", "a" * 250 + "@b.de"],
)  # fmt: skip
def test_what_is_no_email_joins_nobody(text: str | None) -> None:
    assert identity.email(text) is None


SAME = [
    [
        "12 Elm Street, Denver, CO 80202",
        "12 elm st. denver co 80202",
        "12  ELM  ST\nDenver\nCO 80202",
        {"line1": "12 Elm St", "city": "Denver", "region": "CO", "postal_code": "80202", "country": "US"},
        {"line1": "12 Elm Street", "line2": None, "city": "DENVER", "region": "co", "postal_code": 80202},
    ],
    ["Storgatan 5B, 123 45 Stockholm", "storgatan 5 b, 12345 STOCKHOLM"],
    ["10 Downing Street, London SW1A 2AA", "10 downing st, london sw1a2aa"],
    ["شارع الملك ١٢، الرياض", RTL + "شارع المَلِك 12, الرياض", "شـارع الملك 12، الرياض"],
    ["Apt 4, 9 North Road", "Flat 4, 9 N. Rd.", "# 4, 9 north rd"],
    ["5 O'Neil Avenue", "5 O’Neil Av", "5 ONeil Ave."],
]


@pytest.mark.parametrize("ways", SAME, ids=lambda ways: str(ways[0]))
def test_a_household_is_one_household_however_its_address_is_written(ways: list[str | dict[str, object]]) -> None:
    keys = {identity.address(way) for way in ways}
    assert len(keys) == 1
    assert None not in keys


def test_different_households_stay_different() -> None:
    keys = [identity.address(ways[0]) for ways in SAME]
    assert len(set(keys)) == len(keys)
    assert identity.address("12 Elm Street, Denver") != identity.address("21 Elm Street, Denver")
    assert identity.address("12 Elm Street, apt 3") != identity.address("12 Elm Street, apt 4")
    assert identity.address("Ågatan 1, Lund") != identity.address("Agatan 1, Lund")
    assert identity.address("1 23 Elm Street") != identity.address("12 3 Elm Street")


@pytest.mark.parametrize(
    "value",
    [None, "", " , ", "😀", "n/a", "Denver", "Denver, CO 80202", "Salt Lake City, Utah, USA", {}, {"city": "Denver"},
     {"line1": "", "city": "Denver", "postal_code": "80202"}, {"line1": None}, {"line1": "Elm"}, {"nonsense": 1}],
)  # fmt: skip
def test_a_town_alone_is_no_household(value: str | dict[str, object] | None) -> None:
    assert identity.address(value) is None


def test_what_a_database_cannot_keep_is_taken_out_or_refused() -> None:
    assert identity.email("ann\ud800\x00@example.com") == "ann@example.com"
    assert identity.phone("+44\ud800 7700 900982\x00") == "+447700900982"
    assert identity.address("12 Elm\ud800 St\x00") == "12 elm st"
    assert identity.address("12 Elm St " + "x " * 400) is None


def test_a_house_with_a_name_is_a_household_when_told_with_its_town() -> None:
    assert identity.address({"line1": "Rose Cottage", "city": "Nettleton"}) == "rose cottage nettleton"


@given(text=st.text(max_size=60), country=st.sampled_from([None, "US", "GB", "SE", "SA", "JP"]))
def test_odd_input_never_fails_and_what_is_normal_stays_as_it_is(text: str, country: str | None) -> None:
    number = identity.phone(text, country=country)
    if number is not None and number.startswith("+"):
        assert identity.phone(number) == number
    mail = identity.email(text)
    if mail is not None:
        assert identity.email(mail) == mail
    identity.address(text)
    identity.address({"line1": text, "city": text})


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=8))
def test_a_normal_address_stays_as_it_is(word: str) -> None:
    key = identity.address(f"{word} 12")
    if key is not None:
        assert identity.address(key) == key
