"""Individual exceptions from what everybody gets (ruling 19, R107, R50), by example."""

from __future__ import annotations

import pytest

from tests.backtest.stories import Story

pytestmark = pytest.mark.django_db  # each is lived through too: conftest.py

COMMON = "when: referral.paid, to: referrer, group: thanks, pick: first"
RULES = "\n".join(
    [
        f"id: for-ann, {COMMON}, give: gift_card, amount: 80.00, if: {{audience: ['contact:ann']}}",
        f"id: for-all, {COMMON}, give: service_credit, amount: 35.00",
    ]
)


@pytest.mark.requirement("R36")
@pytest.mark.requirement("R107")
@pytest.mark.requirement("R50")
def test_19_one_customer_has_an_agreement_of_her_own_and_the_others_get_what_all_get() -> None:
    story = Story(RULES).contact("03-01", "bob", by="ann").contact("03-01", "dee", by="cy")
    story.job("03-02", "j1", "bob", "paid").job("03-02", "j2", "dee", "paid")
    given = [(award.rule, award.holder, award.kind, award.units) for award in story.awards]
    assert sorted(given) == [("for-all", "cy", "service_credit", 3_500), ("for-ann", "ann", "gift_card", 8_000)]
    assert story.refused == {"group": 1, "audience": 1}


@pytest.mark.requirement("R107")
def test_19_the_exception_of_one_who_was_merged_goes_with_her() -> None:
    story = Story(RULES).contact("03-01", "bob", by="anne").merge("03-02", "ann", "anne")
    story.job("03-03", "j1", "bob", "paid")
    assert [(award.rule, award.holder) for award in story.awards] == [("for-ann", "anne")]
