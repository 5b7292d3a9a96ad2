"""The law in the words of the three languages."""

from __future__ import annotations

import re
import string
from datetime import date

import pytest

from goodword.engine.wording import LANGUAGES
from goodword.errors import Refused
from goodword.vouchers.law import all_policies, check_last_day, earliest_expiry, policy_named, wording
from goodword.vouchers.law.terms import TERMS
from goodword.web.console.refusals import sentence_of

LETTERS = {"en": r"[A-Za-z]", "sv": r"[A-Za-zåäöÅÄÖ]", "ar": r"[\u0600-\u06ff]"}
SOLD = date(2026, 3, 14)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_is_there_in_every_language_with_the_same_variables() -> None:
    assert set(TERMS) == set(LANGUAGES)
    for lang in TERMS:
        assert set(TERMS[lang]) == set(TERMS["en"])
        for key, text in TERMS[lang].items():
            if isinstance(text, str):
                assert placeholders(text) == placeholders(str(TERMS["en"][key])), (lang, key)
                assert re.search(LETTERS[lang], text), (lang, key)


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_every_policy_can_be_told(lang: str) -> None:
    for policy in all_policies():
        said = [
            wording.rule(policy, lang),
            wording.standing(policy, lang),
            wording.too_short(
                policy, sold_on=SOLD, last_day=SOLD, earliest=earliest_expiry(policy, SOLD), lang=lang
            ),
            wording.cash_out(policy, SOLD, lang),
        ]  # fmt: skip
        assert all(text is None or (re.search(LETTERS[lang], text) and "{" not in text) for text in said)
        assert (said[3] is None) == (not policy.cash_out)
    for reason in ("issuer", "confirmed", "ask", "state"):
        assert re.search(LETTERS[lang], wording.breakage(reason, lang))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Germany: a sold voucher is valid for at least 3 years from the end of its year of sale. "
               "The earliest last day is December 31, 2029. Source: BGB §§ 195, 199, 307."),
        ("sv", "Tyskland: ett sålt presentkort gäller i minst 3 år från slutet av försäljningsåret. "
               "Den tidigaste sista dagen är 31 december 2029. Källa: BGB §§ 195, 199, 307."),
        ("ar", "ألمانيا: تسري القسيمة المباعة مدة لا تقل عن 3 سنوات من نهاية سنة البيع. "
               "أقرب يوم أخير مسموح به هو 31 ديسمبر 2029. المصدر: \u2068BGB §§ 195, 199, 307\u2069."),
    ],
)  # fmt: skip
def test_staff_are_told_which_law_refuses_and_what_to_choose(lang: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        check_last_day(policy_named("de-2002"), sold_on=SOLD, last_day=date(2027, 3, 14))
    assert wording.refusal(refused.value, lang) == said
    assert sentence_of(refused.value, lang=lang) == said


def test_a_refusal_without_any_allowed_day_is_told_again_too() -> None:
    with pytest.raises(Refused) as refused:
        check_last_day(policy_named("ca-on-2007"), sold_on=SOLD, last_day=date(2030, 1, 1))
    assert sentence_of(refused.value, lang="en") == refused.value.detail
    assert sentence_of(refused.value, lang="sv").startswith(
        "Ontario: ett sålt presentkort får inte upphöra att gälla. Lämna sista dagen tom. Källa: "
    )


def test_the_cash_on_request_is_told_by_the_day_of_asking() -> None:
    california = policy_named("us-ca-1997")
    assert wording.cash_out(california, date(2007, 12, 31), "en") is None
    assert wording.cash_out(california, date(2026, 3, 31), "en") == (
        "California: a rest below $10.00 is paid out in cash when the customer asks for it."
    )
    assert "$15.00" in str(wording.cash_out(california, date(2026, 4, 1), "en"))


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_no_entry_is_told_without_saying_that_it_is_no_legal_advice(lang: str) -> None:
    wanted = {"en": "Not legal advice", "sv": "Inte juridisk rådgivning", "ar": "ليس مشورة قانونية"}[lang]
    assert all(wanted in wording.standing(policy, lang) for policy in all_policies())
