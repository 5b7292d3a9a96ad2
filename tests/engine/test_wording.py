from __future__ import annotations

import re
import string
from datetime import date
from decimal import Decimal

import pytest

from goodword.engine import programme as pr
from goodword.engine.durations import Duration
from goodword.engine.facts import Check
from goodword.engine.wording import (
    LANGUAGES,
    explain,
    friend_offer,
    gift_in_words,
    reason,
    referrer_offer,
    sentence,
    steps,
)
from goodword.engine.wording.language import language
from goodword.engine.wording.reasons import OUTCOMES, REASONS
from goodword.errors import Invalid
from tests.engine.test_programme import EVERYTHING, NEIGHBOURS

CODES = [
    "self_referral", "household", "not_new", "already_referred", "referrer_blocked", "circular", "unknown_code",
    "code_withdrawn", "unknown_referrer",
    "already_closed", "conflict", "wrong_currency", "window", "limit", "budget", "group", "nth", "min_net",
    "nothing_qualifies", "skus", "services", "locations", "during", "audience", "min_score", "referrer_not_eligible",
    "no_amount", "already_paid", "indivisible", "no_programme", "insufficient_balance", "not_whole_units",
    "not_for_vouchers", "voucher_not_found", "voucher_expired", "voucher_void", "voucher_frozen", "voucher_not_active",
    "redeemed_whole", "vouchers_let_go", "exceeds_ticket",
]  # fmt: skip
LETTERS = {"en": r"[A-Za-z]", "sv": r"[A-Za-zåäöÅÄÖ]", "ar": r"[\u0600-\u06ff]"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200f", "")


def test_the_terms_are_told_in_plain_english() -> None:
    assert explain(pr.parse(NEIGHBOURS), "en") == [
        "Neighbours of Fern Lawn Care: what you get, and when.",
        "The programme runs from March 1, 2026 to December 31, 2026, both days included.",
        "Everyone may refer friends.",
        "A friend counts who has never been our customer before.",
        "What a friend does counts for 90 days after first getting in touch.",
        "When a referred friend has a consultation arranged, the person who referred them gets "
        "$5.00 of account credit.",
        "When a referred friend has paid for the job, the person who referred them gets $35.00 of account credit.",
        "It can be used after 24 hours.",
        "From then on it is valid for 12 months.",
        "When a referred friend gets in touch, the friend gets 10% off a later visit (at most $50.00).",
        "It is valid for 60 days.",
        "The programme gives at most $5,000.00 a calendar year; what has been promised is always kept.",
        "If the job is cancelled or refunded, the reward is taken back.",
        "What has been spent by then is taken from other rewards the person still has; nobody ever owes anything.",
    ]


def test_who_refers_is_told_what_both_get_and_nothing_that_is_for_others() -> None:
    friend, yours = referrer_offer(pr.parse(NEIGHBOURS), "en")
    assert friend == "Your friend gets 10% off a later visit (at most $50.00)."
    assert yours == [
        "When a referred friend has a consultation arranged, you get $5.00 of account credit.",
        "When a referred friend has paid for the job, you get $35.00 of account credit.",
    ]
    rule = "{id: %s, when: referral.paid, to: %s, give: service_credit, amount: %s, if: {%s}}"
    rules = [rule % ("a", "referrer", 5, "nth: 2"), rule % ("b", "referrer", 900, "audience: [club:gold]"),
             rule % ("c", "friend", 900, "audience: [tag:vip]")]  # fmt: skip
    narrow = pr.parse("format: 1\nname: N\ncurrency: USD\nrules:\n" + "".join(f"  - {each}\n" for each in rules))
    said = "When a referred friend has paid for the job, you get $5.00 of account credit."
    assert referrer_offer(narrow, "en") == ("", [f"{said} This is for the 2nd referral only."])


def test_the_terms_are_told_in_swedish() -> None:
    said = [plain(line) for line in explain(pr.parse(NEIGHBOURS), "sv")]
    assert said[1] == "Programmet gäller från och med 1 mars 2026 till och med 31 december 2026."
    assert said[6] == "När en tipsad vän har betalat för jobbet får den som tipsade 35,00 US$ att använda hos oss."
    assert said[9] == "När en tipsad vän hör av sig får vännen 10 % rabatt vid ett senare besök (högst 50,00 US$)."


def test_the_terms_are_told_in_arabic() -> None:
    said = [plain(line) for line in explain(pr.parse(NEIGHBOURS), "ar")]
    assert said[1] == "يسري البرنامج من 1 مارس 2026 إلى 31 ديسمبر 2026، واليومان محسوبان."
    assert said[4] == "يُحتسب ما يقوم به الصديق خلال 90 يومًا من أول تواصل معنا."
    assert said[7] == "يمكن استخدام المكافأة بعد 24 ساعة."


def test_every_form_and_condition_has_words_in_english() -> None:
    said = explain(pr.parse(EVERYTHING), "en")
    for line in [
        "Referring friends is open to members of the club “gold”, customers marked “realtor”, or our partners.",
        "When a referred friend has paid for the job, the person who referred them gets a voucher for $25.00 for the "
        "1st referral, $50.00 for the 3rd referral, and $100.00 for the 5th referral.",
        "When a referred friend has paid for the job, the person who referred them gets a gift card for $5.00 for the "
        "first referral and $5.00 more for each further one, up to $25.00.",
        "When the job for a referred friend is invoiced, the person who referred them gets a pay-out of 2.5% of the "
        "amount before tax, at most $200.00.",
        "It is given at most 5 times a calendar year, counted for each person.",
        "When the job for a referred friend is done, the friend gets a voucher for “One hair cut”.",
        "It may be kept even if the job is cancelled.",
        "Of these rewards only the first that applies is given: “One weed treatment”; a voucher for “One hair cut”.",
        "With every purchase, the customer gets 1.5 points for every $1.00 spent before tax.",
        "Only services and products count.",
        "Only these articles count: SHCW.",
        "This holds from June 1 to August 31 every year.",
        "This is for members of the club “vip” or the customer C17 personally.",
        "This holds at Main St.",
        "The amount before tax must be at least $10.00.",
        "It comes to at most 1,000 points a day, counted for each person.",
        "It is given at most 3 times in all, counted for everyone together.",
        "The code works 3 times.",
        "This is for the 3rd referral and every later one.",
        "The job must include mowing.",
        "The job must have been rated at least 4 out of 5.",
        "This holds from November 20, 2026 to December 24, 2026.",
        "What has been spent by then is set off against later rewards.",
    ]:
        assert line in said, line


@pytest.mark.parametrize("lang", ["en", "sv", "ar"])
def test_every_sentence_is_whole_and_of_its_language(lang: str) -> None:
    for document in (NEIGHBOURS, EVERYTHING):
        read = pr.parse(document)
        said = [*explain(read, lang), friend_offer(read, lang), *steps(read, lang)]
        for line in said:
            assert line.endswith("."), line
            assert "{" not in line
            assert ".." not in line
            assert re.search(LETTERS[lang], line), line


def test_every_language_has_the_same_texts_with_the_same_words_to_put_in() -> None:
    english = LANGUAGES["en"].terms
    for lang in ("sv", "ar"):
        other = LANGUAGES[lang].terms
        assert set(other) == set(english)
        for key, text in english.items():
            theirs = other[key]
            assert isinstance(theirs, str) is isinstance(text, str), key
            if isinstance(text, str) and isinstance(theirs, str):
                assert placeholders(theirs) == placeholders(text), key
            elif isinstance(theirs, dict) and isinstance(text, dict):
                assert placeholders(theirs["other"]) == placeholders(text["other"]), key


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "شهر واحد"), (2, "شهرين"), (3, "3 أشهر"), (10, "10 أشهر"), (11, "11 شهرًا"), (12, "12 شهرًا"), (100, "100 شهر"),
     (103, "103 أشهر")],
)  # fmt: skip
def test_arabic_counts_in_its_six_ways(n: int, said: str) -> None:
    assert language("ar").duration(Duration(n, "months")) == said


def test_plurals_and_ordinals_go_by_the_language() -> None:
    en, sv = language("en"), language("sv-SE")
    assert [en.duration(Duration(n, "h")) for n in (1, 2)] == ["1 hour", "2 hours"]
    assert [sv.duration(Duration(n, "months")) for n in (1, 2)] == ["1 månad", "2 månader"]
    assert [en.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip
    assert [sv.ordinal(n) for n in (1, 2, 3, 11, 12, 21, 22)] == ["1:a", "2:a", "3:e", "11:e", "12:e", "21:a", "22:a"]
    assert en.percent(Decimal("2.5")) == "2.5%"
    assert plain(sv.percent(Decimal("12.5"))) == "12,5 %"
    assert (en.money(500, "JPY"), plain(en.money(1125, "KWD"))) == ("¥500", "KWD 1.125")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        explain(pr.parse(NEIGHBOURS), "fr")
    assert refused.value.code == "unknown_language"


@pytest.mark.requirement("R39")
def test_the_friend_s_page_has_one_offer_and_three_short_steps() -> None:
    read = pr.parse(NEIGHBOURS)
    assert friend_offer(read, "en") == "You get 10% off a later visit (at most $50.00), as soon as you get in touch."
    for lang in LANGUAGES:
        assert len(steps(read, lang)) == 3
        assert all(len(step) < 90 for step in steps(read, lang))
    assert steps(read, "en")[:2] == ["Leave your name and number.", "We call you back and find a time."]


def test_without_a_gift_for_the_friend_nothing_is_promised_to_the_friend() -> None:
    rule = "{id: a, when: referral.paid, to: referrer, give: cash, amount: 5}"
    read = pr.parse(f"format: 1\nname: P\ncurrency: USD\nrules:\n  - {rule}\n")
    assert friend_offer(read, "en") == "A friend thinks we would suit you."
    assert steps(read, "en")[2] == "Your friend gets a thank-you from us."
    assert "$" not in " ".join(steps(read, "en"))


@pytest.mark.parametrize("lang", ["en", "sv", "ar"])
@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_a_sentence_for_staff_and_one_for_the_customer(code: str, lang: str) -> None:
    staff, customer = (reason(code, lang, to=to) for to in ("staff", "customer"))  # type: ignore[arg-type]
    other = reason("never_heard_of", lang)
    assert staff != customer
    for said in (staff, customer):
        assert said.endswith(".")
        assert said.count(".") == 1
        assert re.search(LETTERS[lang], said)
        assert said != other
        assert code not in said or "_" not in code


def test_every_language_words_the_same_codes_and_outcomes() -> None:
    assert {lang: set(words) for lang, words in REASONS.items()} == {lang: {*CODES, "other"} for lang in LANGUAGES}
    assert {lang: set(words) for lang, words in OUTCOMES.items()} == {lang: set(OUTCOMES["en"]) for lang in LANGUAGES}


def test_a_grant_is_told_to_staff_and_to_the_customer() -> None:
    gift = gift_in_words(give="points", units=200, asset="points", currency="USD", text=None, lang="en")
    told = {
        "gift": gift,
        "holder": "Ann",
        "cut": True,
        "usable_on": date(2026, 3, 2),
        "valid_through": date(2027, 3, 1),
    }
    assert sentence(outcome="granted", lang="en", **told) == (  # type: ignore[arg-type]
        "Ann gets 200 points. It was cut to what the limit or the budget leaves. It is usable from March 2, 2026. "
        "It is valid through March 1, 2027."
    )
    assert sentence(outcome="granted", lang="en", to="customer", gift=gift, holder="Ann") == "You get 200 points."


def test_a_refusal_tells_staff_what_was_wanted_and_found_and_the_customer_only_why() -> None:
    checks = (Check("nth", "3+", "1", False, "nth"), Check("locations", "North", "North", True))
    told = {"outcome": "refused", "holder": "Ann", "codes": ["nth", "limit"], "checks": checks}
    assert sentence(lang="en", **told) == (  # type: ignore[arg-type]
        "Ann gets nothing by this rule. The rule is for another referral in the row. Wanted: 3+; found: 1. "
        "The rule's limit is reached."
    )
    assert sentence(lang="en", to="customer", **told) == (  # type: ignore[arg-type]
        "There is no reward this time. This reward is for another of your referrals. "
        "You have already received the most that this offer gives."
    )


@pytest.mark.parametrize(
    ("give", "units", "asset", "text", "said"),
    [
        ("service_credit", 3500, "USD", None, "$35.00 of account credit"),
        ("discount", 1250, "discount", None, "12.5% off a later visit"),
        ("discount", 500, "USD", None, "a discount of $5.00 on a later visit"),
        ("points", 1, "points", None, "1 point"),
        ("voucher", 2000, "USD", None, "a voucher for $20.00"),
        ("voucher", 2000, "USD", "One cut", "a voucher for “One cut”"),
        ("gift_card", 2000, "USD", None, "a gift card for $20.00"),
        ("cash", 2000, "USD", None, "a pay-out of $20.00"),
        ("custom", 1, "custom", "One {treat}", "“One {treat}”"),
    ],
)
def test_each_gift_has_its_words(give: str, units: int, asset: str, text: str | None, said: str) -> None:
    assert gift_in_words(give=give, units=units, asset=asset, currency="USD", text=text, lang="en") == said


@pytest.mark.parametrize("lang", ["en", "sv", "ar"])
@pytest.mark.parametrize("outcome", ["granted", "refused", "reversed", "waiting"])
def test_every_outcome_has_words_even_without_a_name(outcome: str, lang: str) -> None:
    for to in ("staff", "customer"):
        said = sentence(outcome=outcome, lang=lang, to=to, gift="X", review=True)  # type: ignore[arg-type]
        assert "{" not in said
        assert said.endswith(".")
        assert ("X" in said) is (outcome in ("granted", "reversed"))
