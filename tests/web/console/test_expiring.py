"""The queue of vouchers at the console: what lapses when and whom to call; extended and honoured, one or many."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from goodword.flow.clock import keep_time
from goodword.inbox.models import Event
from goodword.vouchers.models import Voucher
from tests.web.console.counter import badge, order, sold
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
LIST = "/console/vouchers/expiring"
EXTEND = "/console/vouchers/expiring/extend"


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.staff("office"))


@pytest.fixture(autouse=True)
def free_of_law(town: Town) -> None:
    """Where no statute says how long: a voucher may end soon."""
    town.business.country, town.business.region = "GB", ""
    town.business.save()


def in_days(town: Town, days: int) -> str:
    return (timezone.localtime(town.now, ZoneInfo(town.business.timezone)).date() + timedelta(days=days)).isoformat()


def listed(desk: Client, **asked: str) -> list[str]:
    return [row["serial"] for row in desk.get(LIST, asked).context["due"]]


def lapsed(town: Town, **more: Any) -> Voucher:
    """Return a voucher that the clock has let lapse, three days ahead of us."""
    voucher = sold(town, expires_on=in_days(town, 1), **more)
    keep_time(business=town.business, now=town.now + timedelta(days=3))
    voucher.refresh_from_db()
    assert voucher.state == "expired"
    return voucher


@pytest.mark.requirement("R17")
def test_what_lapses_first_stands_first_with_whom_to_call_and_what_is_at_stake(town: Town, desk: Client) -> None:
    ann, bob = town.contact("Ann"), town.contact("Bob")
    late = sold(town, 5000, expires_on=in_days(town, 200), buyer=ann.public_id, recipient=bob.public_id)
    soon = sold(town, 7000, expires_on=in_days(town, 10), buyer=ann.public_id)
    sold(town, 900, expires_on="never")
    used = sold(town, 800, expires_on=in_days(town, 5))
    order(town, "voucher.redeemed", voucher=used.public_id, amount=800, currency="USD")
    order(town, "voucher.redeemed", voucher=soon.public_id, amount=500, currency="USD")
    context = desk.get(LIST).context
    rows = context["due"]
    assert [(row["serial"], row["name"], row["part"], row["left"].units) for row in rows] == [
        (soon.serial, "Ann Berg", "buyer", 6500), (late.serial, "Bob Haddad", "recipient", 5000)
    ]  # fmt: skip
    assert [row["when"] for row in rows] == ["in 10 days", "in 200 days"]
    assert (context["count"], context["units"].units) == (2, 11500)
    assert (rows[0]["phone"], rows[0]["email"]) == (ann.phone or "", ann.email or "")


def test_it_narrows_by_month_location_and_badge(town: Town, desk: Client) -> None:
    order(town, "location.saved", location="north", new=True, name="North")
    order(town, "location.saved", location="south", new=True, name="South")
    wave = badge(town)
    first = sold(town, expires_on="2031-02-28", location="north")
    last = sold(town, expires_on="2031-03-01", location="south")
    order(town, "voucher.badged", voucher=last.public_id, add=[wave])
    assert listed(desk) == [first.serial, last.serial]
    assert listed(desk, month="2031-02") == [first.serial]
    assert listed(desk, month="2031-03") == [last.serial]
    assert listed(desk, location="south") == [last.serial]
    assert listed(desk, badge=wave) == [last.serial]
    assert listed(desk, month="nonsense") == [first.serial, last.serial]
    assert desk.get(LIST, {"month": "2031-02"}).context["units"].units == 5000


def test_the_spreadsheet_names_whom_to_call_and_no_code(town: Town, desk: Client) -> None:
    ann = town.contact("Ann")
    sold(town, 7550, expires_on=in_days(town, 10), buyer=ann.public_id)
    answer = desk.get(f"{LIST}.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, row = csv.reader(io.StringIO(text))
    told = dict(zip(head, row, strict=True))
    assert (told["Serial"], told["Last day"], told["Days left"], told["Left"], told["Contact"]) == (
        "FERN-000001", in_days(town, 10), "10", "75.50", "Ann Berg"
    )  # fmt: skip
    assert "Code" not in head


def test_several_are_extended_with_one_reason_each_from_its_own_day(town: Town, desk: Client) -> None:
    first, second = sold(town, expires_on="2031-01-31"), sold(town, expires_on="2031-05-15")
    asked = desk.post(EXTEND, {"voucher": [first.public_id, second.public_id]})
    assert asked.context["total"].units == 10000
    assert not Event.objects.filter(type="voucher.extended").exists()  # looked at, not done
    batch = asked.context["batch"]
    told = {"voucher": [first.public_id, second.public_id], "batch": batch, "confirm": "1", "by": "3", "reason": "Ill"}
    assert "2 vouchers were extended." in desk.post(EXTEND, told, follow=True).content.decode()
    assert desk.post(EXTEND, told)["Location"] == LIST  # pressed twice is once
    days = [event.data["expires_on"] for event in Event.objects.filter(type="voucher.extended").order_by("pk")]
    assert days == ["2031-04-30", "2031-08-15"]
    assert {event.data["reason"] for event in Event.objects.filter(type="voucher.extended")} == {"Ill"}


def test_one_press_extends_one_and_shows_the_day_that_comes_of_it(town: Town, desk: Client) -> None:
    voucher, other = sold(town, expires_on="2031-01-31"), sold(town, expires_on="2031-01-31")
    asked = desk.post(EXTEND, {"voucher": [voucher.public_id, other.public_id], "only": voucher.public_id})
    assert [row["serial"] for row in asked.context["due"]] == [voucher.serial]
    assert [way["note"] for way in asked.context["ways"]][:2] == ["until Apr 30, 2031", "until Jul 31, 2031"]
    assert asked.context["reason"] == "A courtesy, before it lapses."
    told = {"voucher": voucher.public_id, "batch": asked.context["batch"], "confirm": "1", "by": "day"}
    refused = desk.post(EXTEND, {**told, "reason": "x"})
    assert (refused.status_code, refused.context["errors"]) == (422, {"expires_on": ["Choose the new last day."]})
    refused = desk.post(EXTEND, {**told, "expires_on": "2031-12-31", "reason": " "})
    assert (refused.status_code, list(refused.context["errors"])) == (422, ["reason"])
    assert desk.post(EXTEND, {**told, "expires_on": "2031-12-31", "reason": "x"}).status_code == 302
    assert Event.objects.get(type="voucher.extended").data["expires_on"] == "2031-12-31"


def test_one_that_cannot_be_extended_is_told_and_stops_no_other(town: Town, desk: Client) -> None:
    good, used = sold(town, expires_on="2031-01-31"), sold(town, expires_on="2031-01-31")
    order(town, "voucher.redeemed", voucher=used.public_id, amount=5000, currency="USD")
    batch = desk.post(EXTEND, {"voucher": [good.public_id]}).context["batch"]
    told = {"voucher": [good.public_id, used.public_id], "batch": batch, "confirm": "1", "by": "6", "reason": "Ill"}
    context = desk.post(EXTEND, told).context
    assert [(row["serial"], row["fault"]) for row in context["failed"]] == [(used.serial, "Nothing of it is left.")]
    assert [(row["serial"], row["last_day"]) for row in context["done"]] == [(good.serial, "Jul 31, 2031")]


def test_a_lapsed_one_stands_among_the_lapsed_with_what_it_lost_and_is_honoured(town: Town, desk: Client) -> None:
    voucher = lapsed(town, buyer=town.contact("Ann").public_id)
    context = desk.get(LIST, {"state": "lapsed"}).context
    assert [(row["serial"], row["left"].units) for row in context["due"]] == [(voucher.serial, 5000)]
    assert (context["count"], context["units"].units) == (1, 5000)
    assert listed(desk) == []
    asked = desk.post(EXTEND, {"voucher": voucher.public_id})
    told = {"voucher": voucher.public_id, "batch": asked.context["batch"], "confirm": "1", "by": "3", "reason": "Kind"}
    assert desk.post(EXTEND, told).status_code == 302
    assert listed(desk, state="lapsed") == []
    assert listed(desk) == [voucher.serial]


def test_a_longer_queue_asks_no_more_of_the_database(town: Town, desk: Client) -> None:
    wave = badge(town)

    def statements(**asked: str) -> int:
        with CaptureQueriesContext(connection) as told:
            desk.get(LIST, asked)
        return len(told)

    def another(name: str) -> None:
        voucher = sold(town, buyer=town.contact(name).public_id, expires_on="2031-01-31")
        order(town, "voucher.badged", voucher=voucher.public_id, add=[wave])

    another("Ann")
    few = statements()
    for name in ("Bob", "Cy", "Dee", "Eve", "Fay"):
        another(name)
    assert statements() == few


def test_nobody_sees_or_extends_anothers_and_a_technician_neither(town: Town, desk: Client) -> None:
    voucher = sold(town, expires_on="2031-01-31")
    beside = signed_in(found("Ink and Steel").owner)
    assert listed(beside) == []
    assert beside.post(EXTEND, {"voucher": voucher.public_id}).status_code == 302
    viewer = signed_in(town.staff("viewer"))
    assert listed(viewer) == [voucher.serial]
    assert viewer.post(EXTEND, {"voucher": voucher.public_id}).status_code == 403
    assert not Event.objects.filter(type="voucher.extended").exists()


def test_the_overview_says_what_lapses_this_month(town: Town, desk: Client) -> None:
    today = timezone.localtime(town.now, ZoneInfo(town.business.timezone)).date()
    sold(town, expires_on=(today.replace(day=28) if today.day < 28 else today).isoformat())
    sold(town, expires_on=date(today.year + 2, today.month, 1).isoformat())
    waiting = [row for row in desk.get(reverse("console:overview")).context["waiting"] if "expiring" in row["url"]]
    assert [(row["title"], row["url"]) for row in waiting] == [
        ("1 voucher lapses this month", f"{LIST}?month={today:%Y-%m}")
    ]
