"""An administrator sees every ripple of a removal before it is booked (R121)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from goodword.inbox.models import Event
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from tests.web.town import Town

pytestmark = pytest.mark.django_db


def url() -> str:
    return reverse("console:referral_remove", args=[Referral.objects.earliest("pk").public_id])


@pytest.mark.requirement("R121")
def test_removing_a_referral_shows_all_first_needs_a_reason_and_takes_back_what_it_paid(
    town: Town, desk: Client
) -> None:
    seen = desk.get(url()).context
    sums = [(total["name"], total["back"].units, total["lost"].units) for total in seen["totals"]]
    assert sums == [("Ann Berg", 3500, 0)]
    assert not any("earns nothing more" in note["text"] for note in seen["notes"])  # no programme pays introducers
    assert sorted(reward["holder_name"] for reward in seen["rewards"]) == ["Ann Berg"] * 3 + ["Bob Haddad"]
    assert Reward.objects.filter(status="reversed").count() == 0
    refused = desk.post(url(), {"reason": "  ", "shown": seen["digest"]})
    assert refused.status_code == 422
    assert "Please say why: it is kept with your name." in refused.content.decode()
    assert Referral.objects.filter(removed_at=None).count() == 2
    desk.post(url(), {"reason": "Bob is Ann's husband", "shown": seen["digest"]})
    referral = Referral.objects.earliest("pk").public_id
    told = desk.get(reverse("console:referral", args=[referral])).context
    assert (told["referral"]["state"], told["referral"]["state_reason"]) == ("removed", "Bob is Ann's husband")
    assert {reward["state"] for reward in told["rewards"]} == {"reversed"}
    assert told["can_remove"] is False
    again = desk.get(url())
    assert again.context["stopped"] == "This referral was removed before."


@pytest.mark.requirement("R121")
def test_what_has_changed_since_it_was_shown_is_shown_again_and_not_booked(town: Town, desk: Client) -> None:
    seen = desk.get(url()).context["digest"]
    line = {"kind": "service", "unit_price": 9000}
    sale = {"external_id": "t1", "contact": "ann", "lines": [line], "tenders": [{"type": "credit", "amount": 2000}]}
    town.tell("ticket.closed", {"ticket": sale})
    answer = desk.post(url(), {"reason": "wrong person", "shown": seen})
    assert answer.status_code == 422
    assert "This has changed since you looked." in answer.content.decode()
    assert "wrong person" in answer.content.decode()
    spent = [
        line for reward in answer.context["rewards"] for line in reward["lines"] if line["text"] == "Spent already"
    ]
    assert sum(line["amount"].units for line in spent) == 2000
    (total,) = answer.context["totals"]
    assert (total["back"].units, total["lost"].units) == (1500, 2000)
    assert Referral.objects.filter(removed_at=None).count() == 2
    assert Event.objects.get(type="referral.removed").code == "changed_meanwhile"
    desk.post(url(), {"reason": "wrong person", "shown": answer.context["digest"]})
    assert Referral.objects.filter(removed_at=None).count() == 1


def test_a_removal_that_nobody_looked_at_is_not_booked(town: Town, desk: Client) -> None:
    assert desk.post(url(), {"reason": "quick"}).status_code == 422
    assert Referral.objects.filter(removed_at=None).count() == 2
