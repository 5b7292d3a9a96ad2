"""The rulings on order, time and identity, by example: one small history each, its exact rows and refusals."""

from __future__ import annotations

import pytest

from goodword.engine.decisions import ReferralRemoved
from tests.backtest.stories import Story, utc

pytestmark = pytest.mark.django_db  # each is lived through too: conftest.py

PAID = "id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 25.00"
TIERS = (
    "id: paid, when: referral.paid, to: referrer, give: service_credit, amount: {tiers: {1: 10.00, 2: 20.00, 3: 30.00}}"
)


def bob_by_ann(rules: str, head: str = "", **settings: object) -> Story:
    """Ann refers Bob on the second of March."""
    return Story(rules, head, **settings).contact("03-02", "bob", by="ann")  # type: ignore[arg-type]


# --- order, time, durations (3, 6, 38) ------------------------------------------------------------------------------


def test_3_events_are_taken_by_time_then_kind_then_source_then_id_in_whatever_order_they_are_told() -> None:
    story = Story(PAID).job("03-02", "j1", "bob", "paid").contact("03-02", "bob", by="ann")
    assert story.rows == ["e1 grant paid ann 2500 USD #1"]  # the contact came first, although told last
    assert story.refused == {}


def test_6_hours_are_exact_and_days_end_at_the_same_local_time_across_a_change_of_clocks() -> None:
    rules = f"{PAID}, hold: 24h\n{PAID.replace('id: paid', 'id: day')}, hold: 1d, expires: 2d"
    story = bob_by_ann(rules, zone="America/Denver").job("03-07 18:00", "j1", "bob", "paid")
    day, hours = story.awards
    assert (hours.rule, hours.available_at, hours.expires_at) == ("paid", utc("2026-03-08 18:00"), None)
    # 11:00 in Denver both days; its last valid day is 10 March, so 11 March 00:00 is the first instant too late
    assert (day.rule, day.available_at, day.expires_at) == ("day", utc("2026-03-08 17:00"), utc("2026-03-11 06:00"))


def test_6_months_are_clipped_to_the_months_end() -> None:
    story = Story(f"{PAID}, hold: 1 months").contact("01-02", "bob", by="ann").job("01-31 10:00", "j1", "bob", "paid")
    assert [award.available_at for award in story.awards] == [utc("2026-02-28 10:00")]


def test_6_starts_and_ends_bound_the_arrival_and_a_stage_after_the_end_still_pays() -> None:
    story = Story(PAID, "starts: 2026-03-01\nends: 2026-03-31", zone="America/Denver")
    story.contact("2026-03-01T06:59:00+00:00", "early", by="ann")  # 28 February in Denver
    story.contact("2026-04-01T05:59:00+00:00", "bob", by="ann").contact("2026-04-01T06:00:00+00:00", "late", by="ann")
    for place, friend in enumerate(("early", "bob", "late")):
        story.job(f"05-0{place + 1}", f"j{place}", friend, "paid")
    assert story.rows == ["e5 grant paid ann 2500 USD #2"]  # 13: the first took its ordinal without a programme
    assert story.refused == {}


def test_6_a_ticket_rule_is_bound_by_the_closing() -> None:
    points = "id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 1}"
    story = (
        Story(points, "ends: 2026-03-31")
        .closed("03-31 23:59", "t1", "bob", 1000)
        .closed("04-01 00:00", "t2", "bob", 1000)
    )
    assert story.rows == ["e1 grant points bob 10 points"]


def test_38_a_stage_reached_after_the_window_is_refused_and_takes_its_ordinal() -> None:
    story = Story(TIERS, "window: 2d").contact("03-02", "bob", by="ann").contact("03-02", "cy", by="ann")
    story.job("03-05 00:00", "j1", "bob", "paid").job("03-04 23:59", "j2", "cy", "paid")
    assert story.rows == ["e4 grant paid ann 1000 USD #1"]
    assert story.refused == {"window": 1}
    story.contact("03-03", "dee", by="ann").job("03-05 12:00", "j3", "dee", "paid")
    assert story.rows == ["e4 grant paid ann 1000 USD #1", "e6 grant paid ann 3000 USD #3"]


def test_38_a_window_in_hours_ends_at_its_exact_instant() -> None:
    story = bob_by_ann(PAID, "window: 48h").job("03-04 12:00", "j1", "bob", "paid")
    assert (story.rows, story.refused) == ([], {"window": 1})
    story = bob_by_ann(PAID, "window: 48h").job("03-04 11:59", "j1", "bob", "paid")
    assert story.rows == ["e2 grant paid ann 2500 USD #1"]


# --- identity (8, 9, 10, 52) ----------------------------------------------------------------------------------------


def test_8_two_names_of_one_source_are_two_people_and_two_sources_are_joined_by_phone() -> None:
    story = Story(PAID).contact("03-01", "ann", phone="303 555 0101").contact("03-01", "spouse", phone="3035550101")
    story.contact("03-02", "a-1", phone="+1 303-555-0101", source="crm")
    world, _ = story.lived()
    assert world.identities[("crm", "a-1")].root() is world.identities[("till", "ann")].root()
    assert world.identities[("till", "ann")].root() is not world.identities[("till", "spouse")].root()


@pytest.mark.parametrize(
    ("ann", "bob"),
    [({"phone": "3035550101"}, {"phone": "+1 (303) 555-0101"}), ({"email": "A@x.org"}, {"email": "a@X.org "})],
)
def test_9_the_same_phone_or_e_mail_refuses_the_attribution(ann: dict[str, str], bob: dict[str, str]) -> None:
    story = Story(PAID).contact("03-01", "ann", **ann).contact("03-02", "bob", by="ann", **bob)
    story.job("03-03", "j1", "bob", "paid").contact("03-04", "ann", by="ann")
    assert (story.rows, story.refused) == ([], {"self_referral": 2})


@pytest.mark.parametrize(
    ("household", "rows", "refused"),
    [("review", ["e3 grant paid ann 2500 USD #1 review"], {}), ("allow", ["e3 grant paid ann 2500 USD #1"], {}),
     ("refuse", [], {"household": 1})],
)  # fmt: skip
def test_9_a_shared_address_is_granted_for_review_unless_the_setting_says_otherwise(
    household: str, rows: list[str], refused: dict[str, int]
) -> None:
    story = Story(PAID, household=household).contact("03-01", "ann", address="1 Elm Street, Denver")
    story.contact("03-02", "bob", by="ann", address="1 elm st., Denver").job("03-03", "j1", "bob", "paid")
    assert (story.rows, story.refused) == (rows, refused)


def test_10_after_a_merge_the_next_ordinal_is_both_counts_plus_one_and_given_ones_stay() -> None:
    story = Story(TIERS).contact("03-01", "bob", by="ann").contact("03-01", "cy", by="ann2")
    story.job("03-02", "j1", "bob", "paid").job("03-03", "j2", "cy", "paid").merge("03-04", "ann2", "ann")
    story.contact("03-05", "dee", by="ann2").job("03-06", "j3", "dee", "paid")
    assert story.rows == [
        "e3 grant paid ann 1000 USD #1", "e4 grant paid ann2 1000 USD #1", "e7 grant paid ann 3000 USD #3",
    ]  # fmt: skip


def test_10_of_two_referrers_the_earlier_stays_and_what_the_later_was_paid_goes_back() -> None:
    story = Story(PAID).contact("03-01", "bob", by="ann").contact("03-02", "robert", by="cy")
    story.job("03-03", "j1", "robert", "paid").merge("03-04", "robert", "bob")
    assert story.rows == [
        "e3 grant paid cy 2500 USD #1", "e4 grant paid ann 2500 USD #1", "e4 reverse paid cy 2500 USD #1",
    ]  # fmt: skip


def test_10_friend_and_referrer_become_one_and_the_referral_is_removed_as_self_referral() -> None:
    story = bob_by_ann(f"{PAID}, on_cancel: keep").job("03-03", "j1", "bob", "paid").merge("03-04", "bob", "ann")
    assert story.rows == ["e2 grant paid ann 2500 USD #1", "e3 reverse paid ann 2500 USD #1"]
    _, decisions = story.lived()
    assert [d.code for d in decisions if isinstance(d, ReferralRemoved)] == ["self_referral"]


def test_52_a_merge_unites_tags_and_clubs() -> None:
    story = Story(PAID).contact("03-01", "ann", tags=["vip"], clubs=["gold"])
    story.contact("03-01", "ann2", tags=["realtor", "vip"], clubs=["silver"]).merge("03-02", "ann2", "ann")
    world, _ = story.lived()
    ann = world.identities[("till", "ann2")].root()
    assert (ann.tags, ann.clubs) == (["vip", "realtor"], ["gold", "silver"])
