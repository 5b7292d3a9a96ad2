"""A business's own words: whatever may be saved can be sent whatever is known; the rest is refused with its reason."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.outbox.own_words import faults, text_of
from goodword.outbox.rendering import VARIABLE, render
from goodword.outbox.templates import TEMPLATES
from goodword.outbox.templates.kind import Text
from tests.outbox.test_templates import FULL

CASES = [(name, lang) for name in TEMPLATES for lang in ("en", "sv", "ar")]
PIECES = st.sampled_from([
    "{first_name}", "{business}", "{friend}", "{gift}", "{usable}", "{expires}", "{code}", "{link}", "{", "}", "{{",
    "}}", "{0}", "{}", "{link!r}", "{link.x}", "{link:>9}", "\n", "\n\n", " ", "%s", "%(a)s", "$x", "\\", "\0",
    "\ud800", "مرحبًا", "Hej",
])  # fmt: skip
WORDS = st.lists(PIECES | st.text(max_size=12), max_size=24).map("".join)


def said(template: str, lang: str, text: Text, facts: dict[str, Any], name: str = "Ann Archer") -> Any:
    zone = ZoneInfo("America/Denver")
    return render(
        template=template, lang=lang, name=name, business="Fern", currency="USD", zone=zone, facts=facts, own=text
    )


@pytest.mark.parametrize(("template", "lang"), CASES)
def test_our_own_words_would_be_accepted_as_anybody_s(template: str, lang: str) -> None:
    made = TEMPLATES[template]
    ours = made.texts[lang]
    assert faults(template=template, text=ours) == []
    assert text_of(ours.subject, "\n".join(ours.lines)) == ours
    assert set(made.sometimes) | set(made.needs) <= set(made.variables)


@given(
    template=st.sampled_from(sorted(TEMPLATES)), subject=WORDS, body=WORDS, known=st.sets(st.sampled_from(sorted(FULL)))
)
def test_what_may_be_saved_is_sent_whatever_is_known_and_the_rest_is_refused(
    template: str, subject: str, body: str, known: set[str]
) -> None:
    text = text_of(subject, body)
    if faults(template=template, text=text):
        return
    made = TEMPLATES[template]
    facts = {key: value for key, value in FULL.items() if key in known or key not in made.sometimes}
    told = said(template, "en", text, facts, name="")
    assert not told.fell_back
    assert told.body.strip()
    assert told.subject.strip()
    assert VARIABLE.findall(told.body + told.subject) == []
    assert not {"\0", "\ud800", "\r"} & set(told.body + told.subject)
    assert "\n" not in told.subject
    for name in set(made.needs) & set(facts):
        assert said(template, "en", Text("s", (f"{{{name}}}",)), facts).body in told.body


@pytest.mark.parametrize(
    ("body", "code", "name"),
    [
        ("Your link: {link} {surname}", "unknown_variable", "surname"),
        ("Your link: {link", "unbalanced_braces", ""),
        ("Your link: {link} {{first_name}}", "unbalanced_braces", ""),
        ("Your link: {link!r}", "unbalanced_braces", ""),
        ("Hello {first_name}", "variable_missing", "link"),
        (" \r\n ", "wording_empty", ""),
        ("{link} " + "x" * 1000, "wording_too_long", "1000"),
    ],
)
def test_each_fault_is_told_with_what_it_is_about(body: str, code: str, name: str) -> None:
    found = faults(template="referral_invitation", text=text_of("Hello", body))
    assert (code, "body", name) in found


def test_a_code_must_not_share_its_line_with_what_may_be_missing() -> None:
    told = faults(template="reward_issued", text=text_of("Thanks", "You get {gift}.\nCode {code}, until {expires}"))
    assert told == [("variable_missing", "body", "code")]
    assert faults(template="reward_issued", text=text_of("Thanks", "You get {gift}.\nCode {code}")) == []
    told = faults(template="friend_welcome", text=text_of("Hello", "You get {gift}.\nCode {code}"))
    assert told == [("always_empty", "body", "")]
    told = faults(template="friend_welcome", text=text_of("{gift}", "Hello\nYou get {gift}.\nCode {code}"))
    assert told == [("subject_variable", "subject", "gift")]


def test_words_that_cannot_be_used_fall_back_to_ours_and_say_so() -> None:
    ours = said("referral_invitation", "en", TEMPLATES["referral_invitation"].texts["en"], FULL)
    for broken in (Text("Hi", ("{surname} {link}",)), Text("Hi {surname}", ("{link}",)), Text("Hi", ("",))):
        told = said("referral_invitation", "en", broken, FULL)
        assert (told.subject, told.body, told.fell_back) == (ours.subject, ours.body, True)
