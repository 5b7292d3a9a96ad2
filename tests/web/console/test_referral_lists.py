"""The list of referrals: narrowed every way, as a file, in a bounded number of statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from goodword.business.models import Location
from tests.web.town import Town, found, lived_in, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    made = lived_in()
    Location.objects.create(business=made.business, external_id="north", name="North depot")
    code = made.contact("Ann").code
    made.person("Gil Costa", phone="+13035550111", referred_by={"code": code}, how="name", ago=timedelta(days=400))
    made.job("gil", "booked", location="north", ago=timedelta(days=399))
    return made


def names(client: Client, query: str) -> list[str]:
    return [row.friend_name for row in client.get(reverse("console:referrals") + query).context["referrals"]]


def test_referrals_are_narrowed_by_how_they_were_learnt_when_and_where(town: Town) -> None:
    desk = signed_in(town.owner)
    assert names(desk, "?how=link") == ["Bob Haddad"]
    assert names(desk, "?how=nonsense") == ["Gil Costa", "Dee Nyström", "Bob Haddad"]
    assert names(desk, "?location=north") == ["Gil Costa"]
    assert names(desk, "?location=south") == []
    assert "Gil Costa" not in names(desk, "?period=twelve")
    day = (town.now - timedelta(days=400)).date()
    dates = f"?period=dates&from={day - timedelta(days=2)}&to={day + timedelta(days=2)}"
    assert names(desk, dates) == ["Gil Costa"]
    assert names(desk, f"{dates}&how=name&location=north&stage=booked&q=costa") == ["Gil Costa"]
    assert names(desk, "?period=dates&from=nonsense") == ["Gil Costa", "Dee Nyström", "Bob Haddad"]
    options = [option["text"] for option in desk.get(reverse("console:referrals")).context["locations"]]
    assert options == ["Everywhere", "North depot"]


def test_the_file_holds_what_the_list_is_narrowed_to_and_nothing_of_others(town: Town) -> None:
    desk = signed_in(town.owner)
    answer = desk.get(reverse("console:referrals_sheet") + "?how=link")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]  # streamed
    assert len(lines) == 2
    assert lines[0].startswith("Id,Friend,Referrer,")
    assert ",Bob Haddad,Ann Berg,Opened the referral link," in lines[1]
    assert lines[1].endswith(",Paid,Under way,Pending,75.00,USD")
    beside = signed_in(found("Ink and Steel").owner)
    other = b"".join(beside.get(reverse("console:referrals_sheet")).streaming_content)  # type: ignore[attr-defined]  # streamed
    assert len(other.splitlines()) == 1
