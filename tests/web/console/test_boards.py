"""Leaderboard and reports at the console: numbers, files, what bad addresses do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goodword.business.models import Location, Setting
from goodword.flow.submit import submit
from tests.web.town import Town, signed_in

pytestmark = pytest.mark.django_db
PAGES = ("leaderboard", "report_customers", "report_sharing", "today")


def sheet_of(client: Client, name: str, query: str = "") -> list[str]:
    answer = client.get(reverse(f"console:{name}") + f"?format=csv{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return b"".join(answer.streaming_content).decode().lstrip("\ufeff").splitlines()  # type: ignore[attr-defined]


@pytest.mark.requirement("R113")
def test_the_leaderboard_tells_places_and_what_stands_behind_them(town: Town, desk: Client) -> None:
    town.tell("contact.saved", {"contact": {"external_id": "=x", "name": "=Evil, Inc"}})
    code = town.contact("=Evil").code
    town.person("Gus One", referred_by={"code": code}, how="link", ago=timedelta(hours=3))
    town.job("gus", "invoiced", ago=timedelta(hours=2), total=9000, location="north")
    (first, second) = desk.get(reverse("console:leaderboard")).context["leaders"]
    assert (first["rank"], first["name"], first["closed"], first["arrived"]) == (1, "Ann Berg", 1, 2)
    assert (second["rank"], second["name"]) == (1, "=Evil, Inc")
    assert first["earned"].units == 7500
    assert sheet_of(desk, "leaderboard") == [
        "Rank,Name,Sent,Arrived,Closed,\"Earned, in USD\"", "1,Ann Berg,0,2,1,75.00", "1,\"'=Evil, Inc\",0,1,1,35.00",
    ]  # fmt: skip
    assert [row["name"] for row in desk.get(reverse("console:leaderboard") + "?location=north").context["leaders"]] == [
        "=Evil, Inc"
    ]
    nothing = desk.get(reverse("console:leaderboard") + "?from=1999-01-01&to=1999-12-31")
    assert (nothing.context["leaders"], b"Nobody is on the board yet" in nothing.content) == ([], True)


@pytest.mark.parametrize(
    "query", ["?period=dates&from=2026-02-30", "?from=x&to=y", "?after=-1&period=no&location=%EF%BF%BD"]
)
def test_an_address_that_cannot_be_meant_still_shows_a_page(query: str, desk: Client) -> None:
    for name in PAGES:
        assert desk.get(reverse(f"console:{name}") + query).status_code == 200, name


@pytest.mark.requirement("R115")
def test_reports_are_listed_and_the_customers_among_them_are_a_file_too(town: Town, desk: Client) -> None:
    page = desk.get(reverse("console:reports"))
    assert [row["url"] for row in page.context["reports"]] == [
        reverse(f"console:{name}")
        for name in ("leaderboard", "report_customers", "report_sharing", "report_vouchers", "report_register",
                     "report_liability")
    ]  # fmt: skip
    ann = town.contact("Ann")
    told = desk.get(reverse("console:report_customers")).context["participants"]
    assert [(each["line"].name, each["link"]) for each in told] == [("Ann Berg", f"{settings.PUBLIC_URL}/r/{ann.code}")]
    head, line = sheet_of(desk, "report_customers")
    assert head.startswith("Name,Phone or e-mail,Link,Sent,Opened,Arrived,Closed")
    assert line == f"Ann Berg,'+13035550142,{settings.PUBLIC_URL}/r/{ann.code},0,0,2,1,75.00,35.00"
    assert desk.get(reverse("console:report_customers") + "?shown=waiting").context["participants"] == []


@pytest.mark.requirement("R123")
def test_the_report_of_sharing_compares_the_ways_and_says_what_it_cannot_know(town: Town, desk: Client) -> None:
    told = {"contact": town.contact("Cy").public_id, "source": "technician", "channel": "sms"}
    submit(business=town.business, type="link.shared", data=told, actor="user:tim@x.example", now=town.now)
    page = desk.get(reverse("console:report_sharing"))
    assert [(way.source, way.shares) for way in page.context["ways"]] == [
        ("automatic", 0), ("technician", 1), ("staff", 0), ("customer", 0),
    ]  # fmt: skip
    body = page.content.decode()
    assert "tim@x.example" in body
    assert "What this can and cannot know" in body
    assert sheet_of(desk, "report_sharing")[2] == "Technician at the door,1,0,0,0.0"


def test_a_choice_of_locations_is_offered_where_there_are_several(town: Town, desk: Client) -> None:
    assert desk.get(reverse("console:today")).context["locations"] == []
    for name in ("north", "south"):
        Location.objects.create(business=town.business, external_id=name, name=name.title())
    for page in ("today", "leaderboard"):
        told = desk.get(reverse(f"console:{page}")).context["locations"]
        assert [option["value"] for option in told] == ["", "north", "south"]


@pytest.mark.requirement("R114")
def test_the_console_tells_where_the_public_page_is_once_it_is_on(town: Town, desk: Client) -> None:
    off = desk.get(reverse("console:leaderboard")).context["public"]
    assert (off["on"], off["settings_url"]) == (False, reverse("console:settings_referrals"))
    looking = signed_in(town.staff("viewer")).get(reverse("console:leaderboard")).context["public"]
    assert looking["settings_url"] == ""
    Setting.objects.create(business=town.business, key="public_leaderboard", value=True)
    told = desk.get(reverse("console:leaderboard")).context["public"]
    assert (told["on"], told["url"]) == (True, f"{settings.PUBLIC_URL}/leaderboard/fern-lawn-care")


@pytest.mark.parametrize("name", PAGES)
def test_a_board_takes_as_many_statements_for_many_rows_as_for_few(name: str, town: Town, desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            assert desk.get(reverse(f"console:{name}")).status_code == 200
        return len(told)

    town.job("cy", "paid", total=10000)  # a list with one row: an empty one looks nothing up
    queries()
    few = queries()
    code = town.contact("Bob").code
    for n in range(8):
        ago = timedelta(minutes=30 + n)
        known = {"external_id": f"x{n}", "name": f"Xeno {n}", "referred_by": {"code": code}, "how": "link"}
        town.tell("contact.saved", {"contact": known}, ago=ago)
        town.job(f"x{n}", "paid", total=10000, ago=ago - timedelta(minutes=5))
        code = town.contact(f"Xeno {n}").code if n % 2 else code
    assert queries() <= few + (2 if name == "report_sharing" else 0)
    assert few <= 25
