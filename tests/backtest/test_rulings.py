"""The rulings on referrals, by example: one small history each, its exact rows and refusals."""

from __future__ import annotations

import pytest

from goodword.engine.decisions import Attributed
from goodword.engine.events import ContactData, Event, ReferredBy
from goodword.engine.history import apply
from goodword.engine.referring import remove
from tests.backtest.stories import Story, instant, utc

pytestmark = pytest.mark.django_db  # each is lived through too: conftest.py

PAID = "id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 25.00"
TIERS = (
    "id: paid, when: referral.paid, to: referrer, give: service_credit, amount: {tiers: {1: 10.00, 2: 20.00, 3: 30.00}}"
)
STEPS = """
id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 10.00
id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 25.00
"""


def bob_by_ann(rules: str, head: str = "", **settings: object) -> Story:
    """Ann refers Bob on the second of March."""
    return Story(rules, head, **settings).contact("03-02", "bob", by="ann")  # type: ignore[arg-type]


# --- referrals, ordinals, stages (12-18, 40-42) ---------------------------------------------------------------------


def test_12_a_referral_is_pinned_to_every_programme_in_force_at_its_arrival() -> None:
    other = PAID.replace("25.00", "7.00")
    story = bob_by_ann(PAID).beside(other).beside(other, "starts: 2026-03-03", name="Later")
    assert story.job("03-04", "j1", "bob", "paid").rows == [
        "e2 grant paid ann 700 USD #1",
        "e2 grant paid ann 2500 USD #1",
    ]


@pytest.mark.requirement("R43")
def test_13_the_ordinal_counts_every_referral_that_reached_the_stage_paid_refused_or_cancelled() -> None:
    story = Story(f"{TIERS}, if: {{during: 2026-03-11..2026-12-31}}")
    for friend in ("bob", "cy", "dee"):
        story.contact("03-01", friend, by="ann")
    story.job("03-10", "j1", "bob", "paid").job("03-11", "j2", "cy", "paid").job("03-12", "j2", "cy", "cancelled")
    story.job("03-13", "j3", "dee", "paid")
    assert story.rows == [
        "e5 grant paid ann 2000 USD #2", "e6 reverse paid ann 2000 USD #2", "e7 grant paid ann 3000 USD #3",
    ]  # fmt: skip
    assert story.refused == {"during": 1}


def test_14_back_to_an_earlier_status_reverses_what_it_no_longer_supports_and_may_pay_again_once() -> None:
    story = bob_by_ann(STEPS).job("03-03", "j1", "bob", "paid").job("03-04", "j1", "bob", "booked")
    story.job("03-05", "j1", "bob", "paid").job("03-06", "j1", "bob", "paid")
    assert story.rows == [
        "e2 grant booked ann 1000 USD #1", "e2 grant paid ann 2500 USD #1", "e3 reverse paid ann 2500 USD #1",
        "e4 grant paid ann 2500 USD #1",
    ]  # fmt: skip


def test_14_a_late_report_of_an_earlier_time_changes_nothing_that_was_reached() -> None:
    story = bob_by_ann(PAID).job("03-05", "j1", "bob", "paid").job("03-04", "j1", "bob", "booked")
    assert story.rows == ["e2 grant paid ann 2500 USD #1"]


def test_14_and_40_another_job_that_supports_the_stage_keeps_the_reward_and_earns_none_of_its_own() -> None:
    story = bob_by_ann(PAID).job("03-03", "j1", "bob", "paid").job("03-04", "j2", "bob", "paid")
    story.job("03-05", "j1", "bob", "cancelled")
    assert story.rows == ["e2 grant paid ann 2500 USD #1"]
    story.job("03-06", "j2", "bob", "cancelled")
    assert story.rows == ["e2 grant paid ann 2500 USD #1", "e5 reverse paid ann 2500 USD #1"]


def test_15_a_closed_ticket_without_a_job_is_paid_work_and_voiding_it_cancels_it() -> None:
    story = bob_by_ann(f"{PAID.replace('25.00', '{percent: 10}')}").closed("03-03", "t1", "bob", 8_200, -1_200)
    assert story.rows == ["e2 grant paid ann 700 USD #1"]
    assert story.voided("03-04", "t1").rows == ["e2 grant paid ann 700 USD #1", "e3 reverse paid ann 700 USD #1"]


def test_16_removal_reverses_keep_included_and_a_new_referrer_is_judged_by_the_first_arrival() -> None:
    story = bob_by_ann(f"{PAID}, on_cancel: keep").job("03-05", "j1", "bob", "paid")
    world, _ = story.lived()
    bob = world.identities[("till", "bob")]
    assert bob.referral is not None
    saved = ContactData(external_id="bob", referred_by=ReferredBy(contact="cy"))
    event = Event(id="x", source="till", type="contact.saved", time=instant("04-01"), data=saved)
    removed = remove(world, event, bob.referral, code="removed")
    assert [(type(d).__name__, getattr(d, "units", None)) for d in removed] == [
        ("ReferralRemoved", None), ("Reversed", 2500),
    ]  # fmt: skip
    afresh = [d for d in apply(world, event) if type(d).__name__ in ("Attributed", "Granted")]
    assert [type(d).__name__ for d in afresh] == ["Attributed", "Granted"]
    assert isinstance(afresh[0], Attributed)
    assert (afresh[0].referral.arrived_at, afresh[0].referral.is_new) == (instant("03-02"), True)
    assert afresh[1].grant.holder.external_name() == "cy"
    assert afresh[1].grant.available_at == instant("03-05")


def test_16_a_friend_has_one_live_referral() -> None:
    story = bob_by_ann(PAID).contact("03-03", "bob", by="cy").contact("03-03", "bob", by="ann")
    story.job("03-04", "j1", "bob", "paid")
    assert (story.rows, story.refused) == (["e4 grant paid ann 2500 USD #1"], {"already_referred": 1})


def test_a_circle_of_referrals_is_refused() -> None:
    story = bob_by_ann(PAID).contact("03-03", "cy", by="bob").contact("03-04", "ann", by="cy")
    assert (story.rows, story.refused) == ([], {"circular": 1})


def test_a_blocked_referrer_is_refused() -> None:
    story = Story(PAID).contact("03-01", "ann", blocked=True).contact("03-02", "bob", by="ann")
    story.job("03-04", "j1", "bob", "paid")
    assert (story.rows, story.refused) == ([], {"referrer_blocked": 1})


def test_17_a_friend_who_had_work_before_is_not_new() -> None:
    story = Story(PAID).job("03-01", "j0", "bob", "quote").contact("03-02", "bob", by="ann")
    story.job("03-03", "j0", "bob", "paid")
    assert (story.rows, story.refused) == ([], {"not_new": 1})
    story = Story(PAID).closed("03-01", "t0", "bob", 100).contact("03-02", "bob", by="ann")
    assert (story.rows, story.refused) == ([], {"not_new": 1})


def test_17_where_a_programme_takes_anyone_it_is_saved_and_the_other_refuses_by_rule() -> None:
    story = Story(PAID).beside(PAID.replace("25.00", "7.00"), "friends: anyone")
    story.job("03-01", "j0", "bob", "quote").contact("03-02", "bob", by="ann").job("03-03", "j0", "bob", "paid")
    assert (story.rows, story.refused) == (["e3 grant paid ann 700 USD #1"], {"not_new": 1})


SCORED = f"{PAID}, if: {{min_score: 4}}"


def test_18_a_rule_waits_for_the_first_score_which_is_final() -> None:
    story = (
        bob_by_ann(f"{SCORED}, hold: 24h")
        .job("03-03", "j1", "bob", "paid")
        .score("03-05", "j1", 5)
        .score("03-06", "j1", 1)
    )
    assert (story.rows, story.refused) == (["e3 grant paid ann 2500 USD #1"], {})
    assert story.awards[0].available_at == utc("2026-03-04 12:00")  # 41: the hold counts from the stage's time
    story = bob_by_ann(SCORED).job("03-03", "j1", "bob", "paid").score("03-05", "j1", 3).score("03-06", "j1", 5)
    assert (story.rows, story.refused) == ([], {"min_score": 1})


def test_18_after_the_windows_end_no_score_helps() -> None:
    story = bob_by_ann(SCORED, "window: 3d").job("03-03", "j1", "bob", "paid").score("03-06 00:00", "j1", 5)
    assert (story.rows, story.refused) == ([], {"min_score": 1})
    story = bob_by_ann(SCORED, "window: 3d").job("03-03", "j1", "bob", "paid").score("03-05 23:59", "j1", 5)
    assert story.rows == ["e3 grant paid ann 2500 USD #1"]


def test_41_the_latest_score_known_at_the_stage_counts() -> None:
    story = bob_by_ann(SCORED).job("03-03", "j1", "bob", "booked").score("03-04", "j1", 2).score("03-05", "j1", 4)
    assert story.job("03-06", "j1", "bob", "paid").rows == ["e5 grant paid ann 2500 USD #1"]


def test_41_ordinal_and_season_are_those_of_the_stage_not_of_the_survey() -> None:
    story = Story(f"{TIERS}, if: {{min_score: 4, during: 2026-03-01..2026-03-10}}")
    story.contact("03-01", "bob", by="ann").contact("03-01", "cy", by="ann")
    story.job("03-02", "j1", "bob", "paid").job("03-03", "j2", "cy", "paid").score("03-20", "j2", 5).score(
        "03-21", "j1", 5
    )
    assert story.rows == ["e5 grant paid ann 2000 USD #2", "e6 grant paid ann 1000 USD #1"]


def test_40_a_refused_rule_is_not_tried_again_until_the_stage_is_reached_anew() -> None:
    story = bob_by_ann(f"{PAID}, if: {{min_net: 100.00}}").job("03-03", "j1", "bob", "paid", total=5_000)
    story.job("03-04", "j1", "bob", "paid", total=20_000)
    assert (story.rows, story.refused) == ([], {"min_net": 1})
    story.job("03-05", "j1", "bob", "booked").job("03-06", "j1", "bob", "paid")
    assert (story.rows, story.refused) == (["e5 grant paid ann 2500 USD #1"], {"min_net": 1})


def test_42_referrers_are_tested_once_at_the_arrival_and_then_no_rule_of_the_programme_pays() -> None:
    welcome = "id: welcome, when: referral.attributed, to: friend, give: points, amount: 100"
    story = Story(f"{TIERS}\n{welcome}", "referrers: [club:gold]").contact("03-01", "bob", by="ann")
    story.contact("03-02", "ann", clubs=["gold"]).job("03-03", "j1", "bob", "paid")
    assert (story.rows, story.refused) == ([], {"referrer_not_eligible": 2})
    story.contact("03-04", "cy", by="ann").contact("03-05", "ann", clubs=[]).job("03-06", "j2", "cy", "paid")
    assert story.rows == ["e4 grant welcome cy 100 points #2", "e6 grant paid ann 2000 USD #2"]


def test_42_a_stage_reached_before_the_arrival_never_pays_and_takes_no_ordinal() -> None:
    story = Story(TIERS, "friends: anyone").job("03-01", "j0", "bob", "paid").contact("03-02", "bob", by="ann")
    story.job("03-03", "j1", "bob", "paid").contact("03-04", "cy", by="ann").job("03-05", "j2", "cy", "paid")
    assert (story.rows, story.refused) == (["e5 grant paid ann 1000 USD #1"], {})


def test_22_the_introducer_is_who_referred_the_referrer_one_level_up() -> None:
    intro = "id: intro, when: referral.paid, to: introducer, give: cash, amount: 5.00"
    intro += ", limit: [{count: 1, per: holder, in: ever}]"
    story = (
        Story(intro, "acknowledged: Ann, 2026-01-01")
        .contact("03-01", "ann", by="eve")
        .contact("03-02", "bob", by="ann")
    )
    story.contact("03-03", "cy", by="bob").job("03-04", "j1", "bob", "paid").job("03-05", "j2", "cy", "paid")
    assert story.rows == ["e4 grant intro eve 500 USD #1", "e5 grant intro ann 500 USD #1"]


# --- what comes back (16, 39, 43, 48, 49) ---------------------------------------------------------------------------


def test_39_assets_have_their_names_and_a_reverse_carries_the_grants_terms() -> None:
    rules = """
    id: a-flat, when: referral.paid, to: friend, give: discount, amount: 5.00, expires: 10d
    id: b-percent, when: referral.paid, to: friend, give: discount, amount: {percent_off: 15}
    id: c-custom, when: referral.paid, to: referrer, give: custom, text: A cake
    id: d-points, when: referral.paid, to: referrer, give: points, amount: 50
    """
    story = bob_by_ann(rules).job("03-03", "j1", "bob", "paid").job("03-04", "j1", "bob", "cancelled")
    granted = [
        "a-flat bob 500 USD #1",
        "b-percent bob 1500 discount #1",
        "c-custom ann 1 custom #1",
        "d-points ann 50 points #1",
    ]
    assert story.rows == [f"e2 grant {row}" for row in granted] + [f"e3 reverse {row}" for row in granted]
    terms = [(a.available_at, a.expires_at, a.kind, a.to) for a in story.awards]
    assert terms[:4] == terms[4:]


def test_39_rows_of_one_event_are_ordered_by_rule_id_as_text_and_then_holder() -> None:
    rules = f"{PAID.replace('id: paid', 'id: r2')}\n{PAID.replace('id: paid', 'id: r10').replace('referrer', 'friend')}"
    story = bob_by_ann(rules).job("03-03", "j1", "bob", "paid")
    assert story.rows == ["e2 grant r10 bob 2500 USD #1", "e2 grant r2 ann 2500 USD #1"]


def test_39_the_holder_bears_the_survivors_name_after_a_merge_and_the_old_one_before() -> None:
    story = bob_by_ann(PAID).job("03-03", "j1", "bob", "paid").contact("03-04", "annie").merge("03-05", "ann", "annie")
    story.job("03-06", "j1", "bob", "cancelled")
    assert story.rows == ["e2 grant paid ann 2500 USD #1", "e5 reverse paid annie 2500 USD #1"]


def test_43_keep_survives_cancelling_and_blocks_nothing_else() -> None:
    story = (
        bob_by_ann(f"{PAID}, on_cancel: keep").job("03-03", "j1", "bob", "paid").job("03-04", "j1", "bob", "cancelled")
    )
    story.job("03-05", "j1", "bob", "paid")
    assert (story.rows, story.refused) == (["e2 grant paid ann 2500 USD #1"], {"already_paid": 1})


def test_48_what_expired_before_the_cancellation_is_not_reversed_and_still_blocks_paying_again() -> None:
    story = bob_by_ann(f"{PAID}, expires: 2d").job("03-03", "j1", "bob", "paid").job("03-10", "j1", "bob", "cancelled")
    story.job("03-11", "j1", "bob", "paid")
    assert (story.rows, story.refused) == (["e2 grant paid ann 2500 USD #1"], {"already_paid": 1})


def test_49_a_code_nobody_was_given_is_refused_and_so_is_other_content_under_one_name() -> None:
    story = Story(PAID).contact("03-02", "bob", code="ABCD2345").job("03-03", "j1", "bob", "paid")
    story.tell("03-01", "contact.saved", {"contact": {"external_id": "cy"}}, named="same")
    story.tell("03-02", "contact.saved", {"contact": {"external_id": "dee"}}, named="same")
    story.tell("03-01", "contact.saved", {"contact": {"external_id": "cy"}}, named="same")
    assert (story.rows, story.refused) == ([], {"unknown_code": 1, "conflict": 1})
    assert story.found.events == 3
    world, _ = story.lived()
    assert ("till", "cy") in world.identities


def test_50_only_the_keys_that_are_brought_change_and_tags_are_replaced() -> None:
    story = Story(PAID).contact("03-01", "ann", name="Ann", phone="3035550101", tags=["a", "b"], clubs=["gold"])
    story.contact("03-02", "ann", tags=["c"]).contact("03-03", "ann", name="Anna")
    world, _ = story.lived()
    ann = world.identities[("till", "ann")]
    assert (ann.name, ann.phone, ann.tags, ann.clubs) == ("Anna", "+13035550101", ["c"], ["gold"])


def test_40_a_second_job_does_not_revive_a_rule_that_was_refused() -> None:
    story = bob_by_ann(f"{PAID}, if: {{min_net: 100.00}}").job("03-03", "j1", "bob", "paid", total=5_000)
    story.job("03-04", "j2", "bob", "paid", total=20_000)
    assert (story.rows, story.refused) == ([], {"min_net": 1})


def test_14_the_stage_is_the_earliest_that_any_job_of_the_friend_reached() -> None:
    story = bob_by_ann(STEPS).job("03-03", "j1", "bob", "booked").job("03-04", "j2", "bob", "paid")
    story.job("03-05", "j2", "bob", "cancelled").job("03-06", "j1", "bob", "paid")
    assert story.rows == [
        "e2 grant booked ann 1000 USD #1", "e3 grant paid ann 2500 USD #1", "e4 reverse paid ann 2500 USD #1",
        "e5 grant paid ann 2500 USD #1",
    ]  # fmt: skip


def test_a_job_that_moves_to_another_contact_takes_its_stages_along() -> None:
    story = bob_by_ann(PAID).contact("03-02", "dee", by="cy").job("03-03", "j1", "bob", "paid")
    story.job("03-04", "j1", "dee", "paid")
    assert story.rows == [
        "e3 grant paid ann 2500 USD #1", "e4 reverse paid ann 2500 USD #1", "e4 grant paid cy 2500 USD #1",
    ]  # fmt: skip


@pytest.mark.parametrize("shortfall", ["within_balance", "owe", "only_pending"])
def test_20_a_limit_gets_back_what_was_taken_back(shortfall: str) -> None:
    story = Story(f"{PAID}, hold: 30d, limit: [{{amount: 25.00, per: holder, in: year}}]", f"shortfall: {shortfall}")
    story.contact("03-01", "bob", by="ann").contact("03-01", "cy", by="ann").job("03-02", "j1", "bob", "paid")
    story.job("03-03", "j2", "cy", "paid").job("03-04", "j1", "bob", "cancelled").contact("03-05", "dee", by="ann")
    story.job("03-06", "j3", "dee", "paid")
    assert story.rows == [
        "e3 grant paid ann 2500 USD #1", "e5 reverse paid ann 2500 USD #1", "e7 grant paid ann 2500 USD #3",
    ]  # fmt: skip
    assert story.refused == {"limit": 1}


def test_8_a_phone_or_an_e_mail_names_a_contact_and_an_unknown_one_makes_a_lead() -> None:
    story = Story(PAID).contact("03-01", "ann", phone="3035550101")
    story.tell(
        "03-02",
        "contact.saved",
        {"contact": {"external_id": "bob", "referred_by": {"contact": {"phone": "+13035550101"}}}},
    )
    story.tell(
        "03-02", "contact.saved", {"contact": {"external_id": "cy", "referred_by": {"contact": {"email": "Dee@x.org"}}}}
    )
    story.job("03-03", "j1", "bob", "paid").job("03-03", "j2", "cy", "paid").contact("03-04", "dee", email="dee@X.org")
    story.job("03-05", "j1", "bob", "cancelled").job("03-05", "j2", "cy", "cancelled")
    assert story.rows == [
        "e4 grant paid ann 2500 USD #1", "e5 grant paid dee@x.org 2500 USD #1", "e7 reverse paid ann 2500 USD #1",
        "e8 reverse paid dee 2500 USD #1",
    ]  # fmt: skip
