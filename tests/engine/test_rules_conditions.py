from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from goodword.engine import programme as pr
from goodword.engine.facts import LineFact, RuleFacts
from goodword.engine.rules.conditions import CONDITIONS
from goodword.engine.rules.qualifying import awaits_score, check_rule, qualifying_lines, qualifying_net
from goodword.engine.rules.rule import Rule

REFERRAL = RuleFacts(
    at=datetime(2026, 7, 1, 12, tzinfo=UTC), local_date=date(2026, 7, 1), currency="USD", nth=3, total=10_000
)
TICKET = msgspec.structs.replace(REFERRAL, nth=None, total=None, lines=(
    LineFact("service", "CUT", 5_000), LineFact("retail", "WAX", 1_500), LineFact("gift_voucher", "GV", 9_000),
    LineFact("package_use", "CUT", 4_000), LineFact("tip", None, 700),
))  # fmt: skip


def on_referral(conditions: str) -> Rule:
    return _rule(f"when: referral.paid, to: referrer, give: cash, amount: 5, if: {conditions}")


def on_ticket(conditions: str = "{}", when: str = "ticket.closed") -> Rule:
    return _rule(f"when: {when}, to: customer, give: points, amount: 5, if: {conditions}")


def _rule(keys: str) -> Rule:
    return pr.parse(f"format: 1\nname: P\ncurrency: USD\nrules:\n  - {{id: a, {keys}}}\n").rules[0]


def codes(rule: Rule, facts: RuleFacts) -> list[str]:
    return [check.code for check in check_rule(rule, facts) if not check.held]


@pytest.mark.parametrize(
    ("conditions", "changes", "refused"),
    [
        ("{nth: 3}", {}, []),
        ("{nth: 2}", {}, ["nth"]),
        ('{nth: "2+"}', {}, []),
        ('{nth: "4+"}', {}, ["nth"]),
        ('{nth: "1-3"}', {}, []),
        ('{nth: "1-2"}', {}, ["nth"]),
        ("{min_net: 100.00}", {}, []),
        ("{min_net: 100.01}", {}, ["min_net"]),
        ("{min_net: 0.01}", {"total": None}, ["min_net"]),
        ("{services: [mowing, weeding]}", {"services": ("weeding",)}, []),
        ("{services: [mowing]}", {"services": ("weeding",)}, ["services"]),
        ("{services: [mowing]}", {}, ["services"]),
        ("{locations: [North]}", {"location": "North"}, []),
        ("{locations: [North]}", {"location": "South"}, ["locations"]),
        ("{locations: [North]}", {}, ["locations"]),
        ("{during: 06-01..08-31}", {}, []),
        ("{during: 11-01..02-28}", {}, ["during"]),
        ("{during: 2026-07-01..2026-07-01}", {}, []),
        ("{during: 2027-07-01..2027-07-02}", {}, ["during"]),
        ("{audience: [club:vip, partner]}", {"traits": frozenset({"partner"})}, []),
        ("{audience: [club:vip]}", {"traits": frozenset({"club:gold", "tag:vip"})}, ["audience"]),
        ("{audience: [contact:C17]}", {"contact": frozenset({"C17", "con_1"})}, []),
        ("{audience: [contact:C17]}", {"contact": frozenset({"C1"})}, ["audience"]),
        ("{min_score: 4}", {"score": 4}, []),
        ("{min_score: 4}", {"score": 3}, ["min_score"]),
    ],
)
def test_a_condition_not_met_is_one_refusal_with_its_key(
    conditions: str, changes: dict[str, object], refused: list[str]
) -> None:
    assert codes(on_referral(conditions), msgspec.structs.replace(REFERRAL, **changes)) == refused


def test_all_conditions_that_failed_are_told_with_what_was_wanted_and_found() -> None:
    rule = on_referral("{nth: 1, min_net: 200.00, during: 01-01..01-31, locations: [North]}")
    checks = check_rule(rule, msgspec.structs.replace(REFERRAL, location="North"))
    assert [(c.key, c.wanted, c.found, c.held, c.code) for c in checks] == [
        ("nth", "1", "3", False, "nth"),
        ("min_net", "at least 200.00 USD", "100.00 USD", False, "min_net"),
        ("during", "01-01..01-31", "2026-07-01", False, "during"),
        ("locations", "North", "North", True, ""),
    ]


@pytest.mark.requirement("R98")
def test_a_score_not_yet_known_is_waited_for_not_refused() -> None:
    rule = on_referral("{min_score: 4, nth: 1}")
    assert codes(rule, REFERRAL) == ["nth"]
    assert awaits_score(rule, REFERRAL)
    assert not awaits_score(rule, msgspec.structs.replace(REFERRAL, score=5))
    assert not awaits_score(on_referral("{nth: 1}"), REFERRAL)


@pytest.mark.requirement("R80")
def test_gift_vouchers_package_uses_and_unknown_kinds_never_count() -> None:
    assert [line.sku for line in qualifying_lines(on_ticket(), TICKET)] == ["CUT", "WAX"]
    assert qualifying_net(on_ticket(), TICKET) == 6_500
    assert codes(on_ticket(), TICKET) == []


@pytest.mark.parametrize(
    ("conditions", "net", "refused"),
    [
        ("{kinds: [retail]}", 1_500, []),
        ("{kinds: [package]}", 0, ["nothing_qualifies"]),
        ("{skus: [CUT, DYE]}", 5_000, []),
        ("{skus: [DYE]}", 0, ["skus", "nothing_qualifies"]),
        ("{kinds: [retail], skus: [CUT]}", 0, ["nothing_qualifies"]),
        ("{kinds: [retail], min_net: 15.00}", 1_500, []),
        ("{kinds: [retail], min_net: 15.01}", 1_500, ["min_net"]),
    ],
)
def test_only_lines_that_pass_kinds_and_skus_count(conditions: str, net: int, refused: list[str]) -> None:
    rule = on_ticket(conditions)
    assert qualifying_net(rule, TICKET) == net
    assert codes(rule, TICKET) == refused


@pytest.mark.parametrize("when", ["ticket.closed", "appointment.online", "appointment.prebooked", "product.reserved"])
@pytest.mark.parametrize(
    "lines",
    [(), (LineFact("gift_voucher", "GV", 9_000),),
     (LineFact("service", "CUT", 5_000), LineFact("service", "CUT", -5_000)),
     (LineFact("retail", "WAX", -1),)],
    ids=["no lines", "only a voucher", "a net of zero", "a negative net"],
)  # fmt: skip
def test_a_ticket_on_which_nothing_qualifies_earns_nothing_actions_included(
    when: str, lines: tuple[LineFact, ...]
) -> None:
    facts = msgspec.structs.replace(TICKET, lines=lines)
    assert codes(on_ticket(when=when), facts) == ["nothing_qualifies"]


def test_a_referral_s_net_is_the_job_s_total_whatever_lines_say() -> None:
    rule = on_referral("{}")
    assert qualifying_net(rule, REFERRAL) == 10_000
    assert qualifying_net(rule, msgspec.structs.replace(REFERRAL, total=None)) == 0
    assert codes(rule, msgspec.structs.replace(REFERRAL, total=None)) == []


def test_every_condition_of_the_format_is_registered() -> None:
    assert list(CONDITIONS) == [
        "nth", "min_net", "kinds", "skus", "services", "locations", "during", "audience", "min_score",
    ]  # fmt: skip
