"""Codes, serials and public ids keep their promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword import codes
from goodword.errors import Invalid

LENGTHS = st.integers(4, codes.LONGEST)
CODES = LENGTHS.flatmap(
    lambda n: st.binary(min_size=codes.entropy_bytes(n), max_size=40).map(lambda e: codes.make(e, length=n))
)


@pytest.mark.parametrize(("body", "check"), [("4GHK7M2PQRS", "6"), ("BCDFGHJKLMN", "9"), ("7XQ9MZ3KTWB4RJD", "M")])
def test_the_check_character_is_that_of_iso_7064_modulus_29_radix_2(body: str, check: str) -> None:
    assert codes.check_character(body) == check


def test_the_alphabet_spells_no_words_and_has_no_character_read_as_another() -> None:
    assert len(codes.ALPHABET) == 29
    assert set(codes.ALPHABET).isdisjoint("AEIOU01")
    assert list(codes.ALPHABET) == sorted(set(codes.ALPHABET))


@given(code=CODES)
def test_a_made_code_reads_back_however_it_is_typed(code: str) -> None:
    assert codes.read(code) == code
    assert codes.read(code.lower(), length=len(code)) == code
    assert codes.read(f"  {codes.grouped(code)} ") == code
    assert codes.read(codes.grouped(code).replace("-", " – ")) == code
    assert codes.read("\u200f" + code.replace("L", "1")) == code
    assert codes.read("".join(chr(ord(c) + 0xFEE0) for c in code)) == code  # full-width, as Asian keyboards type


@given(code=CODES, data=st.data())
def test_every_single_wrong_character_is_told_as_a_typing_error(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(codes.ALPHABET.replace(code[place], "")))
    with pytest.raises(codes.Mistyped) as refused:
        codes.read(code[:place] + other + code[place + 1 :])
    assert refused.value.code == "code_mistyped"


@given(code=CODES, data=st.data())
def test_every_swap_of_two_different_characters_is_told_as_a_typing_error(code: str, data: st.DataObject) -> None:
    first, second = sorted(data.draw(st.sets(st.integers(0, len(code) - 1), min_size=2, max_size=2)))
    swapped = list(code)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    if "".join(swapped) == code:
        return
    with pytest.raises(codes.Mistyped):
        codes.read("".join(swapped))


@pytest.mark.parametrize(
    ("typed", "place"), [("4GHK7M2PQRA6", 11), ("A", None), ("0GHK7M2PQRS6", 1), ("4GH😀7M2PQRS6", 4)]
)
def test_an_impossible_character_is_named_by_its_place(typed: str, place: int | None) -> None:
    with pytest.raises(codes.Mistyped) as refused:
        codes.read(typed)
    assert refused.value.facts.get("place") == place


@pytest.mark.parametrize("typed", ["", " - ", "4", "4GHK7M2PQRS6" * 3])
def test_a_code_too_short_or_too_long_is_a_typing_error(typed: str) -> None:
    with pytest.raises(codes.Mistyped):
        codes.read(typed)


def test_a_well_formed_code_of_another_length_is_a_typing_error_where_the_length_is_known() -> None:
    assert codes.read("4GHK7M2PQRS6") == "4GHK7M2PQRS6"
    with pytest.raises(codes.Mistyped):
        codes.read("4GHK7M2PQRS6", length=16)


def test_too_little_chance_or_an_odd_length_makes_no_code() -> None:
    with pytest.raises(ValueError, match="needs 20 random bytes"):
        codes.make(b"\0" * 19, length=20)
    for length in (3, codes.LONGEST + 1):
        with pytest.raises(ValueError, match="has 4 to 28 characters"):
            codes.make(b"\0" * 64, length=length)


def test_equal_chance_gives_equal_codes_and_every_character_comes_up_about_equally_often() -> None:
    assert codes.make(b"\7" * 13, length=9) == codes.make(b"\7" * 13, length=9)
    counts = dict.fromkeys(codes.ALPHABET, 0)
    for number in range(2_900):
        entropy = (number * 0x9E3779B97F4A7C15F39CC0605CEDC834).to_bytes(32, "big")
        counts[codes.make(entropy, length=9)[0]] += 1
    assert min(counts.values()) > 60
    assert max(counts.values()) < 140


def test_a_code_is_printed_in_groups_of_four() -> None:
    assert codes.grouped("4GHK7M2PQRS6") == "4GHK-7M2P-QRS6"
    assert codes.grouped("4GHK7M2PQ") == "4GHK-7M2P-Q"


@pytest.mark.parametrize(
    ("typed", "serial"),
    [
        ("FERN-000123", "FERN-000123"),
        ("fern 123", "FERN-000123"),
        ("Fern000123", "FERN-000123"),
        ("val26-7", "VAL26-000007"),
        ("FERN–١٢", "FERN-000012"),
        ("FERN-1234567", "FERN-1234567"),
        ("FERN-0", None),
        ("FERN", None),
        ("123", None),
        ("4GHK-7M2P-QRS6", None),
        ("", None),
        ("🌿-12", None),
    ],
)
def test_a_serial_is_found_however_it_is_typed(typed: str, serial: str | None) -> None:
    assert codes.read_serial(typed) == serial


@pytest.mark.parametrize(("prefix", "number"), [("fern", 1), ("", 1), ("FERN", 0), ("2X", 1), ("FERN-", 1)])
def test_a_bad_prefix_or_number_makes_no_serial(prefix: str, number: int) -> None:
    with pytest.raises(Invalid) as refused:
        codes.serial(prefix, number)
    assert refused.value.code == "bad_serial"


def test_serials_in_a_row_are_said_as_one_run_and_no_run_crosses_a_gap_or_a_prefix() -> None:
    given = [("FERN", 1), ("FERN", 2), ("FERN", 4), ("GIFT", 5), ("GIFT", 6), ("GIFT", 7)]
    assert codes.in_runs(given) == ["FERN-000001..FERN-000002", "FERN-000004", "GIFT-000005..GIFT-000007"]
    assert codes.in_runs([]) == []


@given(
    first=st.integers(1, 10**11).map(lambda n: datetime.fromtimestamp(n / 10, UTC)),
    later=st.timedeltas(timedelta(milliseconds=1), timedelta(days=9_999)),
    chance=st.binary(min_size=20, max_size=20),
)
def test_ids_sort_as_text_in_the_order_of_their_times(first: datetime, later: timedelta, chance: bytes) -> None:
    one = codes.public_id("con", at=first, entropy=chance[:10])
    two = codes.public_id("con", at=first + later + timedelta(milliseconds=1), entropy=chance[10:])
    assert one < two
    assert codes.is_public_id(one, prefix="con")
    assert len(one) == 30


def test_an_id_depends_on_the_instant_not_on_the_zone_it_is_written_in() -> None:
    at = datetime(2026, 11, 20, 16, 4, tzinfo=UTC)
    elsewhere = at.astimezone(timezone(timedelta(hours=9)))
    chance = bytes(range(10))
    assert codes.public_id("evt", at=at, entropy=chance) == codes.public_id("evt", at=elsewhere, entropy=chance)


@pytest.mark.parametrize("text", ["", "con_", "ref_01m80n3tsb60r30c1g60r30c1g", "con_01M80N3TSB60R30C1G60R30C1G", "con_u1m80n3tsb60r30c1g60r30c1g"])  # fmt: skip # noqa: E501 - one list
def test_what_is_not_an_id_of_this_kind_is_told(text: str) -> None:
    assert not codes.is_public_id(text, prefix="con")


@pytest.mark.parametrize("prefix", ["", "co", "CON", "c_n"])
def test_an_id_needs_its_prefix_and_its_chance(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        codes.public_id(prefix, at=datetime(2026, 1, 1, tzinfo=UTC), entropy=b"0" * 10)
    with pytest.raises(ValueError, match="random bytes"):
        codes.public_id("con", at=datetime(2026, 1, 1, tzinfo=UTC), entropy=b"0" * 9)
