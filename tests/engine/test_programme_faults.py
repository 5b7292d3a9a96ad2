from __future__ import annotations

import pytest

from goodword.engine import programme as pr

DOZEN = """\
format: 1
id: Neighbours!
name: Neighbours
currency: USD
starts: 2026-02-30
friend: new
window: 2 weeks
rules:
  - id: first
    when: referral.payed
    to: referrer
    give: cash
    amount: 5.005
  - id: first
    when: ticket.closed
    to: referrer
    give: points
    amount: {tier: {1: 5}}
    if:
      nth: 2
      min_nett: 10.00
    hold: soon
"""


def faults(text: str) -> list[tuple[int, str, str]]:
    read, found, warnings = pr.check(text)
    assert read is None
    assert warnings == ()
    return [(fault.line, fault.key, fault.write_instead) for fault in found]


def one(rule: str, *, head: str = "") -> list[tuple[str, str]]:
    """Return (key, what to write) of the faults of a document with one rule."""
    return [
        (key, instead) for _, key, instead in faults(f"format: 1\nname: P\ncurrency: USD\n{head}rules:\n  - {rule}\n")
    ]


def test_a_programme_with_a_dozen_faults_tells_them_all_with_their_lines() -> None:
    assert faults(DOZEN) == [
        (2, "id", "neighbours"),
        (5, "starts", "a day of the calendar, like 2026-03-01"),
        (6, "friend", "friends"),
        (7, "window", "14d"),
        (10, "rules[0].when", "referral.paid"),
        (13, "rules[0].amount", "5.00"),
        (14, "rules[1].id", "first-2"),
        (16, "rules[1].to", "customer"),
        (18, "rules[1].amount", "tiers"),
        (20, "rules[1].if.nth", "a referral stage in `when`, or leave `nth` out: only referrals have ordinals"),
        (21, "rules[1].if.min_nett", "min_net"),
        (22, "rules[1].hold", "24h, 14d or 12 months"),
    ]


def test_the_refusal_carries_every_fault_as_data() -> None:
    with pytest.raises(pr.ProgrammeFaults) as refused:
        pr.parse(DOZEN)
    assert refused.value.code == "invalid_programme"
    told = refused.value.facts["faults"]
    assert isinstance(told, list)
    assert len(told) == 12
    assert told[3] == {"line": 7, "key": "window", "problem": "“2 weeks” is not a duration", "write_instead": "14d"}


def test_faults_of_json_have_lines_too() -> None:
    text = '{\n\t"format": 1,\n\t"name": "P",\n\t"currency": "usd",\n\t"rules": []\n}'
    assert faults(text) == [(4, "currency", "USD"), (5, "rules", "a list with at least one rule")]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "the document is empty"),
        ("# nothing\n", 1, "the document is empty"),
        ("- a\n", 1, "a list stands where a mapping belongs"),
        ("format: 1\n\tname: P\n", 2, "a tab stands where YAML wants spaces"),
        ("format: 1\nname: [a\n", 3, "this is not YAML"),
        ("format: 1\nname: a: b\n", 2, "this is not YAML"),
        ("format: 1\nname: &x P\nid: *x\n", 2, "anchors and aliases"),
        ("format: 1\nname: !!python/object:os.system x\n", 2, "tags (!) are not read"),
        ("format: 1\n---\nformat: 1\n", 2, "a second document begins here"),
        ("format: 1\nname: a\x07b\n", 2, "the character U+0007"),
        ("[" * 5000, 1, "nested deeper than 20 levels"),
        ("a: " + "b" * 300_000, 1, "more than 262144"),
        ("? [a]\n: b\n", 1, "a key must be a word"),
    ],
)
def test_what_is_no_document_is_refused_at_its_line(text: str, line: int, problem: str) -> None:
    read, found, _ = pr.check(text)
    assert read is None
    assert any(fault.line == line and problem in fault.problem for fault in found), found


def test_a_billion_laughs_are_refused_at_the_first() -> None:
    laughs = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n"
    assert faults(laughs) == [(1, "a", "the value itself, in full")]


def test_a_key_given_twice_names_both_lines() -> None:
    _, found, _ = pr.check("format: 1\nname: A\nname: B\ncurrency: USD\nrules: []\n")
    assert ("name", 3, "“name” is given twice; it stands already on line 2") in [
        (f.key, f.line, f.problem) for f in found
    ]


def test_an_empty_mapping_misses_every_required_key() -> None:
    assert [key for _, key, _ in faults("{}")] == ["currency", "format", "name", "rules"]


HEADS = [
    ("format: 2", "format", "1"),
    ("name: ''", "name", "a short text"),
    ("currency: XXZ", "currency", "an ISO 4217 code like USD"),
    ("starts: 01/03/2026", "starts", "year-month-day, like 2026-03-01"),
    ("starts: 0001-01-01", "starts", "a year from 1970 to 2999"),
    ("starts: 2026-03-01\nends: 2026-02-01", "ends", "a date from 2026-03-01 on"),
    ("referrers: all", "referrers", "everyone"),
    ("referrers: partner", "referrers", "[partner]"),
    (
        "referrers: []",
        "referrers",
        "at least one club:gold, tag:realtor, partner or contact:<id>, or leave the key out",
    ),
    ("referrers: [gold]", "referrers[0]", "club:gold or tag:gold"),
    ("referrers: [partner, partner]", "referrers[1]", "each one once"),
    ("friends: old", "friends", "one of new, anyone"),
    ("window: 0d", "window", "a duration like 14d, or leave the key out"),
    ("window:", "window", "a value, or leave the key out"),
    ("shortfall: balance", "shortfall", "within_balance"),
    ("budget: 5000", "budget", "key: value"),
    ("budget: {amount: 5000.00}", "budget.per", "per: year"),
    ("budget: {amount: 0, per: year}", "budget.amount", "an amount like 25.00"),
    ("budget: {amount: 10, per: week}", "budget.per", "one of month, year, programme"),
    ("acknowledged: {who: Ann}", "acknowledged.when", "{who: Ann Field, when: 2026-03-01}"),
]


@pytest.mark.parametrize(("head", "key", "instead"), HEADS, ids=[head for head, _, _ in HEADS])
def test_each_key_of_a_programme_says_what_to_write(head: str, key: str, instead: str) -> None:
    keys = {line.split(":")[0] for line in head.splitlines()}
    rest = {"format": "format: 1", "name": "name: P", "currency": "currency: USD"}
    lines = [*head.splitlines(), *(text for name, text in rest.items() if name not in keys)]
    rule = "rules:\n  - {id: a, when: referral.paid, to: friend, give: cash, amount: 5.00}\n"
    assert [(k, w) for _, k, w in faults("\n".join(lines) + "\n" + rule)] == [(key, instead)]


PAID = "id: a, when: referral.paid, to: referrer"
SOLD = "id: a, when: ticket.closed, to: customer"
RULES = [
    # single values
    (f"{PAID}, give: cash", "amount", "amount: 25.00"),
    (f"{PAID}, give: points", "amount", "amount: 200"),
    (f"{PAID}, give: cash, amount: -5", "amount", "an amount like 25.00"),
    (f"{PAID}, give: cash, amount: 0.00", "amount", "an amount like 25.00"),
    (f"{PAID}, give: cash, amount: 1e3", "amount", "a decimal like 25.00"),
    (f"{PAID}, give: cash, amount: five", "amount", "a decimal like 25.00"),
    (f"{PAID}, give: cash, amount: [5]", "amount", "25.00"),
    (f"{PAID}, give: cash, amount: 99999999999999999", "amount", "at most 10000000000000"),
    (f"{PAID}, give: points, amount: 2.5", "amount", "2"),
    (f"{PAID}, give: cash, amount: {{percent: 101}}", "amount.percent", "a percentage, at most 100"),
    (f"{PAID}, give: cash, amount: {{percent: 10%}}", "amount.percent", "10"),
    (f"{PAID}, give: cash, amount: {{percent: 10, grow: {{start: 1, step: 1}}}}", "amount", "only percent"),
    (f"{PAID}, give: cash, amount: {{tiers: {{3: 5, 1: 2}}}}", "amount.tiers.1", "the tiers in rising order"),
    (f"{PAID}, give: cash, amount: {{tiers: {{0: 5}}}}", "amount.tiers.0", "1, 2, 3 and so on"),
    (f"{PAID}, give: cash, amount: {{tiers: {{}}}}", "amount.tiers", "{1: 25.00, 3: 50.00}"),
    (f"{PAID}, give: cash, amount: {{tiers: {{1: 5}}, between: last}}", "amount.between", "one of previous, nothing"),
    (f"{PAID}, give: cash, amount: {{grow: {{start: 5}}}}", "amount.grow.step", "step: 5.00"),
    (f"{PAID}, give: cash, amount: {{grow: {{start: 5, step: 1, cap: 4}}}}",
     "amount.grow.cap", "a cap of at least the start"),
    (f"{PAID}, give: cash, amount: 5, hold: 1.5h", "hold", "24h, 14d or 12 months"),
    (f"{PAID}, give: cash, amount: 5, expires: 1 year", "expires", "12 months"),
    (f"{PAID}, give: cash, amount: 5, expires: 0d", "expires", "a duration like 14d, or leave the key out"),
    (f"{PAID}, give: cash, amount: 5, on_cancel: kept", "on_cancel", "keep"),
    (f"{PAID}, give: cash, amount: 5, pick: best", "pick", "group: <name>, or no pick"),
    (f"{PAID}, give: cash, amount: 5, if: {{nth: 4-1}}", "if.nth", "1-4"),
    (f"{PAID}, give: cash, amount: 5, if: {{nth: 0}}", "if.nth", "1"),
    (f"{PAID}, give: cash, amount: 5, if: {{min_score: 6}}", "if.min_score", "a whole number from 1 to 5"),
    (f"{PAID}, give: cash, amount: 5, if: {{during: summer}}", "if.during", "06-01..08-31 or 2026-11-20..2026-12-24"),
    (f"{PAID}, give: cash, amount: 5, if: {{during: 2026-12-24..2026-11-20}}", "if.during", "2026-11-20..2026-12-24"),
    (f"{PAID}, give: cash, amount: 5, if: {{audience: [vip]}}", "if.audience[0]", "club:vip or tag:vip"),
    (f"{SOLD}, give: points, amount: 5, if: {{kinds: [gift_voucher]}}", "if.kinds[0]",
     "one of service, retail, package, membership"),
    (f"{SOLD}, give: points, amount: 5, if: {{kinds: [services]}}", "if.kinds[0]", "service"),
    (f"{PAID}, give: cash, amount: 5, limit: [{{count: 1, amount: 5, per: holder, in: day}}]", "limit[0]",
     "{count: 10, per: holder, in: year}"),
    (f"{PAID}, give: cash, amount: 5, limit: [{{per: holder, in: day}}]",
     "limit[0]", "{count: 10, per: holder, in: year}"),
    (f"{PAID}, give: cash, amount: 5, limit: [{{count: 0, per: holder, in: day}}]",
     "limit[0].count", "a whole number from 1"),
    (f"{PAID}, give: cash, amount: 5, limit: [{{count: 1, per: holder}}]", "limit[0].in", "in: day"),
    (f"{PAID}, give: cash, amount: 5, limit: []",
     "limit", "[{count: 10, per: holder, in: year}], or leave the key out"),
    # keys that do not go together
    ("id: a, when: referral.paid, to: customer, give: cash, amount: 5", "to", "referrer or friend"),
    ("id: a, when: ticket.closed, to: friend, give: cash, amount: 5", "to", "customer"),
    ("id: a, when: appointment.online, to: referrer, give: cash, amount: 5", "to", "customer"),
    (f"{PAID}, give: cash, amount: {{percent_off: 5}}", "amount",
     "{percent: 10}, a share of the net: only a discount takes a percentage off"),
    (f"{PAID}, give: cash, amount: {{per_unit: 5}}", "amount", "points, or {percent: 10}"),
    (f"{SOLD}, give: cash, amount: {{tiers: {{1: 5}}}}", "amount", "a fixed amount: a ticket has no ordinal"),
    (f"{SOLD}, give: cash, amount: {{grow: {{start: 5, step: 5}}}}",
     "amount", "a fixed amount: a ticket has no ordinal"),
    (f"{SOLD}, give: cash, amount: 5, limit: [{{count: 1, per: friend, in: ever}}]",
     "limit[0].per", "holder or programme"),
    (f"{PAID}, give: cash, amount: 5, if: {{kinds: [service]}}", "if.kinds",
     "`services`, or a rule on ticket.closed: a referral stage has no lines"),
    (f"{PAID}, give: cash, amount: 5, if: {{skus: [A]}}", "if.skus",
     "`services`, or a rule on ticket.closed: a referral stage has no lines"),
    ("id: a, when: referral.attributed, to: friend, give: cash, amount: {percent: 5}", "amount",
     "a fixed amount, or a later stage in `when`: a friend who has just arrived has spent nothing yet"),
    ("id: a, when: referral.attributed, to: friend, give: discount, amount: {percent: 5}",
     "amount", "{percent_off: 10}"),
    (f"{PAID}, give: custom", "text", 'text: "One weed treatment"'),
    (f"{PAID}, give: custom, text: A treat, amount: {{percent: 5}}", "amount", "value: 25.00, and no amount"),
    (f"{PAID}, give: custom, text: A treat, amount: 5, value: 6", "amount", "only value"),
    (f"{PAID}, give: voucher, text: One cut", "value", "value: 25.00"),
    (f"{PAID}, give: voucher, amount: 5, value: 5", "value", "text: <the service>, beside value"),
    (f"{PAID}, give: cash, amount: 5, text: Cash", "text", "give: custom, or no text"),
    (f"{PAID}, give: cash, amount: 5, value: 5", "value", "amount, and no value"),
    (f"{PAID}, give: discount, amount: 5, max_value: 5", "max_value", "up_to within amount, or no max_value"),
    (f"{PAID}, give: cash, amount: 5, uses: 2", "uses", "give: discount, or no uses"),
    (f"{PAID}, give: cash, amount: 5, acknowledged: Ann", "acknowledged",
     "acknowledged beside `rules`, or leave it out"),
    # worth, where it matters
    (f"{PAID}, give: discount, amount: {{percent_off: 5}}, group: g", "max_value", "max_value: 50.00"),
    (f"{PAID}, give: custom, text: A treat, group: g", "value", "value: 25.00"),
    (f"{PAID}, give: custom, text: A treat, limit: [{{amount: 50, per: holder, in: year}}]", "value", "value: 25.00"),
    (f"{PAID}, give: discount, amount: {{percent_off: 5}}, limit: [{{amount: 50, per: holder, in: year}}]", "max_value",
     "max_value: 50.00"),
    # introducers
    ("id: a, when: referral.booked, to: introducer, give: cash, amount: 5, limit: [{count: 1, per: holder, in: year}]",
     "when", "referral.paid"),
    ("id: a, when: referral.paid, to: introducer, give: cash, amount: 5", "limit",
     "limit: [{count: 10, per: holder, in: year}]"),
    ("id: a, when: referral.paid, to: introducer, give: cash, amount: 5, limit: [{count: 1, per: programme, in: year}]",
     "limit", "limit: [{count: 10, per: holder, in: year}]"),
    ("id: a, when: referral.paid, to: introducer, give: cash, amount: {percent: 5}, "
     "limit: [{count: 1, per: holder, in: year}]", "amount", "amount: 5.00"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "key", "instead"), RULES, ids=[rule[:90] for rule, _, _ in RULES])
def test_each_fault_of_a_rule_is_the_only_one_told_and_says_what_to_write(rule: str, key: str, instead: str) -> None:
    assert one(f"{{{rule}}}") == [(f"rules[0].{key}", instead)]


@pytest.mark.parametrize("key", ["min_net: 5", "services: [a]", "locations: [a]", "min_score: 4"])
def test_a_friend_who_has_just_arrived_has_no_job_to_judge(key: str) -> None:
    rule = f"{{id: a, when: referral.attributed, to: friend, give: cash, amount: 5, if: {{{key}}}}}"
    name = key.split(":")[0]
    assert one(rule) == [
        (f"rules[0].if.{name}", "a later stage in `when`: a friend who has just arrived has no job yet")
    ]


def test_a_budget_needs_the_worth_of_everything() -> None:
    head = "budget: {amount: 100, per: year}\n"
    assert one(f"{{{PAID}, give: custom, text: A treat}}", head=head) == [("rules[0].value", "value: 25.00")]


def test_a_percent_discount_without_a_most_is_a_warning_under_a_budget() -> None:
    rule = "{id: a, when: referral.attributed, to: friend, give: discount, amount: {percent_off: 5}}"
    text = f"format: 1\nname: P\ncurrency: USD\nbudget: {{amount: 100, per: year}}\nrules:\n  - {rule}\n"
    read, faults, warnings = pr.check(text)
    assert read is not None
    assert faults == ()
    assert [(w.key, w.write_instead) for w in warnings] == [("rules[0].max_value", "max_value: 50.00")]


def test_a_group_that_takes_the_first_compares_nothing() -> None:
    rule = f"{{{PAID}, give: custom, text: A treat, group: g, pick: first}}"
    assert pr.check(f"format: 1\nname: P\ncurrency: USD\nrules:\n  - {rule}\n")[1] == ()


def test_a_group_has_one_way_to_pick() -> None:
    both = (f"{{{PAID}, give: cash, amount: 5, group: g, pick: first}}\n"
            "  - {id: b, when: referral.paid, to: referrer, give: cash, amount: 5, group: g, pick: best}")  # fmt: skip
    assert one(both) == [("rules[1].pick", "pick: first")]


def test_too_many_decimals_go_by_the_currency() -> None:
    rule = "rules:\n  - {id: a, when: referral.paid, to: friend, give: cash, amount: %s}\n"
    assert faults("format: 1\nname: P\ncurrency: JPY\n" + rule % "5.50") == [(5, "rules[0].amount", "6")]
    assert faults("format: 1\nname: P\ncurrency: KWD\n" + rule % "5.5555") == [(5, "rules[0].amount", "5.556")]


def warnings(text: str) -> list[str]:
    read, found, warned = pr.check(f"format: 1\nname: P\ncurrency: USD\nrules:\n{text}")
    assert found == ()
    assert read is not None
    return [f"{warning.line} {warning.problem}" for warning in warned]


@pytest.mark.requirement("R30")
def test_a_discount_as_the_only_reward_to_a_referrer_draws_a_warning() -> None:
    discount = f"  - {{{PAID}, give: discount, amount: 5}}\n"
    cash = "  - {id: b, when: referral.paid, to: referrer, give: cash, amount: 5}\n"
    assert warnings(discount) == [
        "5 a discount is the only reward to a referrer, and worth nothing to one who buys a one-off service"
    ]
    assert warnings(discount + cash) == []


def test_paying_more_than_the_ticket_draws_a_warning() -> None:
    assert warnings(f"  - {{{SOLD}, give: service_credit, amount: 5}}\n") == ["5 could pay more than the ticket"]
    assert warnings(f"  - {{{SOLD}, give: service_credit, amount: 5, if: {{min_net: 5}}}}\n") == []
    assert warnings(f"  - {{{SOLD}, give: points, amount: {{per_unit: 101}}}}\n") == [
        "5 the shares come to more than 100 % and could pay more than the ticket"
    ]
    assert warnings(f"  - {{{SOLD}, give: points, amount: {{per_unit: 100}}}}\n") == []
    assert warnings(f"  - {{{PAID}, give: cash, amount: {{grow: {{start: 5, step: 5}}}}}}\n") == [
        "5 grows without end and could pay more than the ticket"
    ]


@pytest.mark.requirement("R139")
def test_an_introducer_rule_is_not_published_before_the_legal_notice_is_acknowledged() -> None:
    rule = ("rules:\n  - {id: a, when: referral.paid, to: introducer, give: cash, amount: 5, "
            "limit: [{count: 1, per: holder, in: year}]%s}\n")  # fmt: skip
    head = "format: 1\nname: P\ncurrency: USD\n"
    read, _, warned = pr.check(head + rule % "")
    assert read is not None
    assert [(warning.line, warning.key) for warning in warned] == [(5, "rules[0].acknowledged")]
    assert [fault.key for fault in pr.publish_faults(read)] == ["rules[0].acknowledged"]
    for acknowledged in (
        head + rule % ", acknowledged: Ann Field 2026-03-01",
        head + "acknowledged: Ann\n" + rule % "",
    ):
        assert pr.publish_faults(pr.parse(acknowledged)) == ()


def test_a_document_built_to_exhaust_the_reader_is_refused_with_one_fault() -> None:
    assert faults("a: [" + "x," * 100_000 + "]") == [(1, "", "several programmes")]


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (f"{PAID}, give: cash, amount: null", "rules[0].amount"),
        (f"{PAID}, give: cash, amount: {{percent: null}}", "rules[0].amount"),
        (f"{PAID}, give: cash, amount: {{tiers: ~}}", "rules[0].amount"),
        (f"{PAID}, give: voucher, text: One cut, amount: null, value: null", "rules[0].value"),
        (f"{PAID}, give: cash, amount: 5, limit: [{{count: 1, per: null, in: day}}]", "rules[0].limit[0].per"),
        ("id: null, when: referral.paid, to: referrer, give: cash, amount: 5", "rules[0].id"),
    ],
)
def test_a_null_where_something_is_needed_is_missing(rule: str, key: str) -> None:
    assert [fault for fault, _ in one(f"{{{rule}}}")] == [key]


def test_a_null_where_nothing_is_needed_is_left_out() -> None:
    rule = f"{{{PAID}, give: cash, amount: 5, hold: null, limit: null, if: {{nth: null}}}}"
    read = pr.parse(f"format: 1\nname: P\ncurrency: USD\nends: null\nrules:\n  - {rule}\n")
    assert (read.ends, read.rules[0].hold, read.rules[0].limits, read.rules[0].conditions) == (None, None, (), ())
    assert one(f"{{{PAID}, give: cash, amount: 5}}", head="budget: {amount: null, per: year}\n") == [
        ("budget.amount", "amount: 5000.00")
    ]
