"""The dated rules: what is on record, who wins, and what a faulty file is refused for."""

from __future__ import annotations

from datetime import date

import pytest

from goodword.errors import NotFound
from goodword.money import is_currency
from goodword.vouchers.law import all_policies, policy_for, policy_named
from goodword.vouchers.law.policies import KINDS, read

TODAY = date(2026, 5, 20)
ONE = """
- id: nowhere-2020
  country: NW
  kinds: [sold]
  valid_from: 2020-01-01
  life: {rule: at_least, years: 2}
  fees_allowed: false
  unclaimed: ask
  source: Book of Nowhere
  status: assumed
  last_reviewed: 2026-01-01
"""
# A voucher keeps the name of the policy it was sold under: add to this list, take nothing from it.
SHIPPED = [
    "au-2019", "ca-2010", "ca-ab-2008", "ca-bc-2008", "ca-on-2007", "ca-qc-2010", "de-2002", "default-promotional",
    "default-sold", "gb-none", "ie-2019", "nz-2026", "se-none", "us-2010", "us-ca-1997", "us-co-2010", "us-ct-2010",
    "us-fl-2010", "us-ma-2010", "us-me-2010", "us-mn-2010", "us-mt-2010", "us-nj-2010", "us-ny-2022", "us-or-2010",
    "us-promotional-2010", "us-ri-2010", "us-tx-2010", "us-vt-2010", "us-wa-2010", "za-2011",
]  # fmt: skip


def test_an_entry_that_was_shipped_is_never_removed() -> None:
    assert sorted(set(SHIPPED) - {policy.id for policy in all_policies()}) == []
    assert sorted(policy.id for policy in all_policies()) == sorted(SHIPPED)


@pytest.mark.parametrize(
    ("country", "region", "on", "wanted"),
    [
        ("US", "", TODAY, "us-2010"),
        ("US", "WY", TODAY, "us-2010"),
        ("US", "CA", TODAY, "us-ca-1997"),
        ("us", "ca", TODAY, "us-ca-1997"),
        ("US", "NY", date(2022, 12, 9), "us-2010"),
        ("US", "NY", date(2022, 12, 10), "us-ny-2022"),
        ("US", "", date(2010, 8, 21), "default-sold"),
        ("IE", "", date(2019, 12, 1), "default-sold"),
        ("IE", "", date(2019, 12, 2), "ie-2019"),
        ("AU", "NSW", date(2019, 11, 1), "au-2019"),
        ("NZ", "", date(2026, 3, 15), "default-sold"),
        ("NZ", "", date(2026, 3, 16), "nz-2026"),
        ("CA", "", TODAY, "ca-2010"),
        ("CA", "MB", TODAY, "ca-2010"),
        ("CA", "ON", TODAY, "ca-on-2007"),
        ("CA", "QC", TODAY, "ca-qc-2010"),
        ("GB", "", TODAY, "gb-none"),
        ("DE", "BY", TODAY, "de-2002"),
        ("SE", "", TODAY, "se-none"),
        ("JP", "", TODAY, "default-sold"),
        ("NO", "", TODAY, "default-sold"),
    ],
)
def test_a_region_wins_over_its_country_and_the_day_of_the_sale_decides(
    country: str, region: str, on: date, wanted: str
) -> None:
    assert policy_for(country, region, "sold", on).id == wanted


@pytest.mark.parametrize(("country", "wanted"), [("US", "us-promotional-2010"), ("IE", "default-promotional")])
def test_what_is_given_away_is_under_no_shortest_life_anywhere(country: str, wanted: str) -> None:
    policy = policy_for(country, "CA", "promotional", TODAY)
    assert (policy.id, policy.life.rule, policy.cash_out) == (wanted, "none", ())


def test_one_entry_at_most_is_in_force_for_each_place_kind_and_day() -> None:
    places = {(p.country, p.region) for p in all_policies()}
    days = sorted({day for p in all_policies() for day in (p.valid_from, p.valid_to, TODAY) if day})
    for place in places:
        for kind in KINDS:
            for day in days:
                found = [
                    p for p in all_policies() if (p.country, p.region) == place and kind in p.kinds and p.holds(day)
                ]
                assert len(found) <= 1, (place, kind, day)


def test_every_entry_says_where_it_is_from_and_how_sure_it_is() -> None:
    for policy in all_policies():
        assert policy.source
        assert policy.status in ("verified", "assumed")
        assert policy.status == "assumed" or policy.url.startswith("https://")
        assert policy.last_reviewed >= date(2026, 1, 1)
        assert all(is_currency(threshold.currency) for threshold in policy.cash_out)


def test_the_policy_a_voucher_was_sold_under_is_found_by_its_name() -> None:
    assert policy_named("us-ca-1997").region == "CA"
    with pytest.raises(NotFound) as refused:
        policy_named("us-ca-2099")
    assert refused.value.code == "policy_not_found"


def test_nothing_is_on_record_for_a_day_before_all_records() -> None:
    with pytest.raises(ValueError, match="nothing is on record"):
        policy_for("SE", "", "sold", date(1899, 12, 31))


def test_a_well_formed_entry_is_read() -> None:
    (policy,) = read(ONE)
    assert (policy.id, policy.life.years, policy.valid_to) == ("nowhere-2020", 2, None)


SECOND = ONE.replace("nowhere-2020", "nowhere-2024").replace("2020-01-01", "2024-01-01")
REGION = ONE.replace("country: NW", "country: NW\n  region: X")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (ONE + SECOND, "nowhere-2020 and nowhere-2024 overlap"),
        (ONE.replace("2020-01-01", "2020-01-01\n  valid_to: 2024-01-01") + SECOND, "overlap"),
        (ONE + ONE, "an id comes twice"),
        (ONE.replace("kinds: [sold]", "kinds: [paid]"), "nowhere-2020: .*kinds"),
        (ONE.replace("kinds: [sold]", "kinds: []"), "kinds and source are needed"),
        (ONE.replace("fees_allowed: false", "fees: false"), "nowhere-2020: "),
        (ONE + "  colour: red\n", "unknown field `colour`"),
        (ONE.replace("years: 2", "years: 0"), "a life of at_least"),
        (ONE.replace("years: 2", "years: -1, months: 24"), "a life of at_least"),
        (ONE.replace("rule: at_least", "rule: no_expiry"), "a life of at_least"),
        (ONE.replace("rule: at_least, years: 2", "rule: none, to_year_end: true"), "to_year_end"),
        (ONE.replace("2020-01-01", "2020-01-01\n  valid_to: 2019-12-31"), "valid_to lies before"),
        (ONE.replace("2020-01-01", "soon"), "nowhere-2020: "),
        (ONE + "  cash_out: [{valid_from: 2020-01-01, below: 0, currency: USD}]\n", "positive amount"),
        (ONE + "  cash_out: [{valid_from: 2020-01-01, below: 5, currency: XXZ}]\n", "positive amount"),
        (
            ONE + "  cash_out: [{valid_from: 2021-01-01, below: 5, currency: USD},"
            " {valid_from: 2020-01-01, below: 6, currency: USD}]\n",
            "rise by their days",
        ),
        (ONE.replace("assumed", "verified"), "https address"),
        (REGION, "name in each language"),
        (REGION + "  region_name: {en: X, sv: X}\n", "name in each language"),
    ],
)
def test_a_faulty_entry_is_refused_by_its_id(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read(text)


def test_a_rule_that_begins_the_day_after_another_ends_does_not_overlap() -> None:
    first = ONE.replace("2020-01-01", "2020-01-01\n  valid_to: 2023-12-31")
    old, new = read(first + SECOND)
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2023, 12, 31), date(2024, 1, 1)]
    assert [(old.holds(day), new.holds(day)) for day in days] == [
        (False, False),
        (True, False),
        (True, False),
        (False, True),
    ]
    assert len(read(ONE + SECOND.replace("kinds: [sold]", "kinds: [promotional]"))) == 2
