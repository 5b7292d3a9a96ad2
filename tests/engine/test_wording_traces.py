"""A stored trace speaks the reader's language: every check and every sum that the engine can write."""

from __future__ import annotations

import re

import msgspec
import pytest

from goodword.engine.facts import Check, RuleFacts
from goodword.engine.rules.amounts import reward_units
from goodword.engine.rules.qualifying import check_rule
from goodword.engine.wording.sums import SUMS
from goodword.engine.wording.traces import check_in_words, sum_in_words
from tests.engine.test_rules_amounts import facts, referral, ticket
from tests.engine.test_rules_conditions import REFERRAL, TICKET, on_referral, on_ticket

# What each sum is in English, Swedish and Arabic; marks of direction are left out.
SUMS_TOLD = [
    (reward_units(referral("cash", "25.00"), facts(nth=1)), "$25.00", "25,00 US$"),
    (reward_units(referral("points", "200"), facts(nth=1)), "200 points", "200 poäng"),
    (reward_units(referral("cash", "{tiers: {3: 50.00}}"), facts(nth=1)),
     "there is no tier for referral no. 1", ""),
    (reward_units(referral("cash", "{tiers: {3: 50.00}}"), facts(nth=4)),
     "the tier from no. 3, for referral no. 4 = $50.00", "steget från nr 3, för rekommendation nr 4 = 50,00 US$"),
    (reward_units(referral("cash", "{grow: {start: 10, step: 5, cap: 100}}"), facts(nth=3)),
     "$10.00 + 2 × $5.00 = $20.00", ""),
    (reward_units(referral("cash", "{grow: {start: 10, step: 5, cap: 12}}"), facts(nth=3)),
     "$10.00 + 2 × $5.00, at most $12.00", ""),
    (reward_units(referral("cash", "{grow: {start: 10, step: 5}}"), facts()), "", ""),
    (reward_units(referral("cash", "{percent: 7.5}"), facts(total=20000)), "7.5% of $200.00 = $15.00",
     "7,5 % av 200,00 US$ = 15,00 US$"),
    (reward_units(referral("cash", "{percent: 10, up_to: 5}"), facts(total=20000)),
     "10% of $200.00 = $20.00, at most $5.00", ""),
    (reward_units(referral("cash", "{percent: 10}"), facts(total=0)), "10% of $0.00 comes to nothing", ""),
    (reward_units(referral("discount", "{percent_off: 12.5}"), facts()), "12.5% off", "12,5 % rabatt"),
    (reward_units(ticket("points", "{per_unit: 1.5}"), facts(net=2050)),
     "1.5 points × $20.50 = 30 points, rounded down", ""),
    (reward_units(ticket("points", "{per_unit: 1.5}"), facts(net=-5)), "", ""),
]  # fmt: skip
CONDITIONS = [
    (on_referral("{nth: 3}"), REFERRAL), (on_referral('{nth: "4+"}'), REFERRAL),
    (on_referral('{nth: "1-2"}'), REFERRAL),
    (on_referral("{min_net: 100.00}"), REFERRAL),
    (on_referral("{min_net: 1}"), msgspec.structs.replace(REFERRAL, total=None)),
    (on_referral("{services: ['٢', '٣']}"), REFERRAL), (on_referral("{locations: ['٢']}"), REFERRAL),
    (on_referral("{during: 06-01..08-31}"), REFERRAL), (on_referral("{during: 2026-07-01..2026-07-03}"), REFERRAL),
    (on_referral("{audience: ['club:٢', partner]}"), msgspec.structs.replace(REFERRAL, traits=frozenset({"tag:٣"}))),
    (on_referral("{min_score: 4}"), msgspec.structs.replace(REFERRAL, score=3)),
    (on_ticket("{kinds: [service, retail]}"), TICKET),
    (on_ticket("{skus: ['٢']}"), msgspec.structs.replace(TICKET, lines=())),
    (on_ticket(), TICKET), (on_ticket(), msgspec.structs.replace(TICKET, lines=())),
]  # fmt: skip


def bare(text: str) -> str:
    return re.sub("[\u2066\u2069\u200e\u200f\u061c]", "", text).replace("\u00a0", " ")


@pytest.mark.parametrize(("made", "english", "swedish"), SUMS_TOLD)
def test_every_sum_is_told_in_every_language(made: tuple[int, str], english: str, swedish: str) -> None:
    said = {lang: bare(sum_in_words(made[1], lang)) for lang in SUMS}
    assert not english or said["en"] == english
    assert not swedish or said["sv"] == swedish
    assert not re.search(r"[a-z]{3}", said["ar"])
    assert not re.search(r"\b(points|rounded|nothing|ordinal|tier|most)\b", said["sv"])


@pytest.mark.parametrize(("rule", "known"), CONDITIONS)
def test_every_check_is_told_in_every_language(rule: object, known: RuleFacts) -> None:
    checks = check_rule(rule, known)  # type: ignore[arg-type]
    assert checks
    for check in checks:
        for lang in SUMS:
            told = " ".join(check_in_words(check, lang))
            if lang == "ar":
                assert not re.search(r"[a-z]{3}", bare(told)), (check, told)
            if lang == "sv":
                assert not re.search(r"\b(at least|none|no|lines?|above|or)\b", bare(told)), (check, told)


def test_what_was_wanted_and_found_reads_as_people_write_it() -> None:
    assert check_in_words(Check("min_net", "at least 100.00 USD", "40.00 USD", False), "sv") == (
        "minst 100,00\u00a0US$", "40,00\u00a0US$",
    )  # fmt: skip
    assert check_in_words(Check("during", "06-01..08-31", "2026-05-03", False), "en") == (
        "June 1 to August 31", "May 3, 2026",
    )  # fmt: skip
    assert check_in_words(Check("audience", "club:gold or partner", "none", False), "sv") == (
        "medlemmar i klubben ”gold” eller våra partner", "–",
    )  # fmt: skip


def test_a_trace_of_an_older_form_is_shown_as_it_stands() -> None:
    assert sum_in_words("three and a half", "sv") == "three and a half"
    assert sum_in_words("", "ar") == ""
    odd = [Check("min_net", "a lot", "9,00", False), Check("new_one", "x", "", True), Check("during", "x", "y", True)]
    for check in odd:
        wanted, found = check_in_words(check, "ar")
        assert (wanted, found) == (check.wanted, check.found or "–")


def test_the_three_languages_word_the_same_sums_with_the_same_parts() -> None:
    parts = {lang: {key: text.count("{}") for key, text in words.items()} for lang, words in SUMS.items()}
    assert parts["sv"] == parts["en"] == parts["ar"]
