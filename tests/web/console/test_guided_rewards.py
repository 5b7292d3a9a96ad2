"""Changing the rewards without code: filled in, read in words, published as the next revision, nothing damaged."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from goodword.engine.programme import parse
from goodword.errors import Refused
from goodword.flow.drafting import redraft
from goodword.flow.publish import publish
from goodword.programmes.models import Programme, Revision
from tests.web.town import PROGRAMME, Town, found, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return found()


def there(slug: str = "neighbours") -> str:
    return reverse("console:programme_rewards", args=[slug])


def filled(desk: Client) -> dict[str, Any]:
    """Return the form as it is shown, ready to be sent."""
    page = desk.get(there())
    data: dict[str, Any] = {"revision": page.context["revision"]}
    for card in page.context["cards"]:
        n = card["n"]
        for name in ("rule", "to", "when", "gives", "amount", "text", "most", "cap", "expires", "expires_unit"):
            data[f"{n}-{name}"] = card[name]
        for tier in card["tiers"]:
            data[f"{n}-nth_{tier['place']}"], data[f"{n}-tier_{tier['place']}"] = tier["nth"], tier["amount"]
    return data


def of(data: dict[str, Any], rule: str) -> str:
    return next(name.split("-")[0] for name, value in data.items() if name.endswith("-rule") and value == rule)


def latest() -> Revision:
    return Revision.objects.latest("number")


def test_sent_as_it_is_shown_nothing_is_published(desk: Client) -> None:
    answer = desk.post(there(), filled(desk))
    assert answer["Location"] == reverse("console:programme", args=["neighbours"])
    assert Revision.objects.count() == 1


@pytest.mark.requirement("R107")
@pytest.mark.requirement("R112")
def test_a_change_is_read_in_words_first_and_published_as_the_next_revision(desk: Client, town: Town) -> None:
    data = filled(desk)
    n = of(data, "invoiced")
    data |= {f"{n}-amount": "30", f"{n}-nth_1": "3", f"{n}-tier_1": "60", f"{n}-nth_2": "5", f"{n}-tier_2": "120,50",
             f"{n}-cap": "500"}  # fmt: skip
    answer = desk.post(there(), data)
    assert answer.status_code == 200
    assert Revision.objects.count() == 1
    new = " ".join(term["text"] for term in answer.context["terms"] if term["new"])
    assert "$30.00" in new
    assert "$120.50" in new
    assert "$500.00" in new
    assert any("$25.00" in term for term in answer.context["gone"])
    sent = dict(answer.context["hidden"])
    done = desk.post(there(), {**sent, "do": "publish"})
    assert done["Location"] == reverse("console:programme", args=["neighbours"])
    before, after = parse(PROGRAMME), parse(latest().document)
    assert latest().number == 2
    assert latest().published_by == f"user:{town.owner.email}"
    assert [rule.id for rule in after.rules] == [rule.id for rule in before.rules]
    assert [r for r in after.source["rules"] if r["id"] != "invoiced"] == [
        r for r in before.source["rules"] if r["id"] != "invoiced"
    ]


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(desk: Client) -> None:
    data = filled(desk)
    n, friend = of(data, "invoiced"), of(data, "welcome")
    data |= {f"{n}-amount": "lots", f"{n}-expires": "0", f"{friend}-amount": "150"}
    answer = desk.post(there(), data)
    assert answer.status_code == 422
    cards = {card["rule"]: card for card in answer.context["cards"]}
    assert set(cards["invoiced"]["faults"]) == {"amount", "expires"}
    assert cards["welcome"]["faults"]["amount"] == ["Write a percentage from 1 to 100."]
    assert cards["invoiced"]["amount"] == "lots"
    assert Revision.objects.count() == 1
    changed = desk.post(there(), {**data, "do": "change"})
    assert {card["rule"]: card for card in changed.context["cards"]}["invoiced"]["amount"] == "lots"


def test_with_every_reward_taken_away_there_is_nothing_to_publish(desk: Client) -> None:
    data = filled(desk)
    data |= {name: "" for name in data if name.endswith("-gives")}
    answer = desk.post(there(), {**data, "do": "publish"})
    assert answer.status_code == 422
    assert answer.context["fault"] == "Somebody has to get something. Choose at least one reward."
    assert Revision.objects.count() == 1


def test_what_somebody_published_meanwhile_is_shown_and_not_written_over(desk: Client, town: Town) -> None:
    data = filled(desk)
    data[f"{of(data, 'booked')}-amount"] = "11"
    publish(business=town.business, text=PROGRAMME.replace("10.00}", "12.00}"), actor="user:other", now=town.now)
    answer = desk.post(there(), {**data, "do": "publish"})
    assert answer.status_code == 422
    assert "meanwhile" in answer.context["fault"]
    assert {card["rule"]: card for card in answer.context["cards"]}["booked"]["amount"] == "12.00"
    assert Revision.objects.count() == 2


def test_of_two_who_publish_in_the_same_second_the_second_is_told_and_writes_over_nothing(town: Town) -> None:
    publish(business=town.business, text=PROGRAMME.replace("10.00}", "12.00}"), actor="user:a", now=town.now, after=1)
    with pytest.raises(Refused) as told:
        publish(business=town.business, text=PROGRAMME, actor="user:b", now=town.now, after=1)
    assert told.value.code == "changed_meanwhile"
    assert "12.00" in latest().document
    assert publish(business=town.business, text=PROGRAMME, actor="user:b", now=town.now).number == 3  # a whole document


def test_a_programme_too_rich_for_the_form_or_with_a_draft_is_left_alone(desk: Client, town: Town) -> None:
    data = filled(desk)
    line = Programme.objects.get()
    redraft(business=town.business, programme=line.pk, text=PROGRAMME.replace("25.00", "26.00"))
    page = desk.get(there())
    assert page.context["draft_waits"]
    assert reverse("console:programme_draft", args=["neighbours"]) in page.content.decode()
    assert desk.post(there(), {**data, "do": "publish"}).status_code == 200
    rich = PROGRAMME.replace("expires: 12 months", "if: {min_net: 100.00}")
    publish(business=town.business, text=rich, actor="user:other", now=town.now)
    assert desk.get(there()).context["too_rich"]
    assert desk.post(there(), {**data, "do": "publish"}).status_code == 200
    assert Revision.objects.count() == 2
    assert Programme.objects.get().draft == ""


def test_another_business_s_programme_is_not_there(desk: Client) -> None:
    beside = signed_in(found("Ink and Steel", programme="").owner)
    assert beside.get(there()).status_code == 404
    assert beside.post(there(), filled(desk) | {"do": "publish"}).status_code == 404
    assert Revision.objects.count() == 1
