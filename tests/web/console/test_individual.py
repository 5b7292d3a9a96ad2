"""An individual reward for one customer, by form: in words first, then published, listed, ended (R107)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from goodword.programmes.models import Revision
from tests.web.town import Town, found, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R107")]
CARD = {"rule": "neighbours:treat", "give": "gift_card", "amount": "80,00", "text": "", "value": ""}


def form(town: Town) -> str:
    return reverse("console:customer_individual", args=[town.contact("Ann").public_id])


def test_it_is_shown_in_words_before_anything_is_published(town: Town, desk: Client) -> None:
    page = desk.get(form(town))
    assert len(page.context["rules"]) == 4
    looked = desk.post(form(town), CARD)
    would = looked.context["would"]
    assert "gift card for $80.00" in would.says[0]
    assert "One weed treatment" in would.others[0]
    assert "con_" not in " ".join(would.says)
    assert Revision.objects.count() == 1
    done = desk.post(form(town), CARD | {"confirm": "1"})
    assert done["Location"] == reverse("console:programme_individual", args=["neighbours"])
    assert Revision.objects.count() == 2
    (row,) = desk.get(done["Location"]).context["agreements"]
    assert (row["name"], "gift card" in row["says"][0]) == ("Ann Berg", True)
    assert [each["rule"] for each in desk.get(form(town)).context["has"]] == [row["rule"]]


def test_faults_stand_beside_their_field_and_nothing_is_lost(town: Town, desk: Client) -> None:
    for sent, place in (
        (CARD | {"amount": "lots"}, "amount"),
        (CARD | {"amount": ""}, "amount"),
        (CARD | {"give": "custom", "amount": ""}, "text"),
        (CARD | {"give": "lottery"}, "give"),
        (CARD | {"rule": "neighbours:nothing"}, "rule"),
        (CARD | {"rule": ""}, "rule"),
    ):
        answer = desk.post(form(town), sent | {"confirm": "1"})
        assert answer.status_code == 422
        assert list(answer.context["faults"]) == [place], sent
        assert answer.context["values"]["amount"] == sent["amount"]
    assert Revision.objects.count() == 1


def test_ending_one_asks_first_and_then_everybody_gets_the_same(town: Town, desk: Client) -> None:
    desk.post(form(town), CARD | {"confirm": "1"})
    page = reverse("console:programme_individual", args=["neighbours"])
    (row,) = desk.get(page).context["agreements"]
    asked = desk.get(page + f"?rule={row['rule']}")
    assert asked.context["asked"]["name"] == "Ann Berg"
    assert Revision.objects.count() == 2
    desk.post(page, {"rule": row["rule"]})
    assert desk.get(page).context["agreements"] == []
    assert desk.post(page, {"rule": row["rule"]}).status_code == 404
    assert Revision.objects.count() == 3


def test_a_percentage_and_something_special_can_be_agreed(town: Town, desk: Client) -> None:
    percent = CARD | {"give": "discount", "amount": "15 %", "value": "60.00"}
    assert "15%" in desk.post(form(town), percent).context["would"].says[0]
    special = CARD | {"give": "custom", "amount": "", "text": "A hamper at Christmas", "value": "70.00"}
    assert "A hamper at Christmas" in desk.post(form(town), special).context["would"].says[0]


def test_the_office_may_not_and_another_business_s_customer_is_nobody(town: Town) -> None:
    office = signed_in(town.staff("office"))
    assert office.get(form(town)).status_code == 403
    assert office.post(form(town), CARD | {"confirm": "1"}).status_code == 403
    beside = signed_in(found("Ink and Steel").owner)
    assert beside.post(form(town), CARD | {"confirm": "1"}).status_code == 404
    assert Revision.objects.filter(programme__business=town.business).count() == 1


def test_without_a_programme_the_next_step_is_said() -> None:
    bare = found("Bare", programme="")
    bare.person("Ann Berg", phone="+13035550142")
    page = signed_in(bare.owner).get(form(bare))
    assert "Publish a programme first" in page.content.decode()
