"""The public leaderboard: only who agreed, never by name, and nothing at all until it is switched on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from goodword.business.models import Setting
from goodword.flow.submit import submit
from goodword.people.models import Contact
from goodword.reports.leaderboard import Leader
from goodword.web.pages.leaderboard import called
from tests.web.town import Town, lived_in

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R114")]
URL = "/leaderboard/fern-lawn-care"


@pytest.fixture
def town() -> Town:
    town = lived_in()
    town.person("Gus One", referred_by={"code": town.contact("Cy").code}, how="link", ago=timedelta(hours=3))
    town.job("gus", "invoiced", ago=timedelta(hours=2), total=9000)
    return town


def switch(town: Town, *, on: bool = True, names: str = "alias") -> None:
    Setting.objects.create(business=town.business, key="public_leaderboard", value=on, since=town.now)
    Setting.objects.create(business=town.business, key="leaderboard_names", value=names, since=town.now)


def agrees(town: Town, name: str, *, granted: bool = True, alias: str = "") -> None:
    told = {"contact": town.contact(name).public_id, "channel": "leaderboard", "granted": granted, "how": "told us"}
    submit(business=town.business, type="consent.changed", data=told, actor="user:x", now=town.now)
    Contact.objects.filter(pk=town.contact(name).pk).update(alias=alias)


def test_it_does_not_exist_until_it_is_switched_on(town: Town) -> None:
    agrees(town, "Ann")
    assert Client().get(URL).status_code == 404
    switch(town)
    assert Client().get(URL).status_code == 200
    assert Client().get("/leaderboard/nobody").status_code == 404
    assert Client().post(URL).status_code == 405


def test_it_names_only_who_agreed_and_never_tells_a_name_an_id_or_a_code(town: Town) -> None:
    switch(town)
    empty = Client().get(URL)
    assert (empty.context["leaders"], empty.context["others"]) == ([], 0)
    assert b"Nobody is on the board yet" in empty.content
    agrees(town, "Ann", alias="Hedgehog")
    page = Client().get(URL)
    assert page.context["leaders"] == [{"rank": 1, "name": "Hedgehog", "closed": 1}]
    assert page.context["others"] == 1
    body = page.content.decode()
    for person in Contact.objects.filter(business=town.business):
        for secret in (person.public_id, person.code, person.phone, person.email, *person.name.split()):
            assert not secret or f">{secret}<" not in body, secret
            assert not secret or len(secret) < 6 or secret not in body, secret
    assert '<meta name="robots" content="noindex">' in body
    agrees(town, "Ann", granted=False)
    assert Client().get(URL).context["leaders"] == []


def test_initials_stand_for_those_without_an_alias_and_for_all_where_that_is_set(town: Town) -> None:
    switch(town)
    agrees(town, "Ann", alias="Hedgehog")
    agrees(town, "Cy")
    assert [row["name"] for row in Client().get(URL).context["leaders"]] == ["Hedgehog", "C. S."]
    switch(town, names="initials")
    assert [row["name"] for row in Client().get(URL + "?time=all").context["leaders"]] == ["A. B.", "C. S."]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ann Berg", "A. B."),
        ("Åsa", "Å."),
        ("عمر فاروق", "ع. ف."),
        ("Anna Maria von Berg", "A. B."),
        ("+46 70", "·"),
        ("", "·"),
    ],
)
def test_initials_are_the_first_and_the_last(name: str, letters: str) -> None:
    assert called(Leader(1, 1, "con_x", name, "", closed=1), aliases=True) == letters


def test_it_speaks_the_visitor_s_language_and_takes_few_statements(
    town: Town, django_assert_max_num_queries: object
) -> None:
    switch(town)
    agrees(town, "Ann")
    with django_assert_max_num_queries(6):  # type: ignore[operator]  # pytest-django's own
        page = Client().get(reverse("pages:leaderboard", args=["fern-lawn-care"]) + "?lang=ar")
    assert page["Content-Language"] == "ar"
    assert '<html lang="ar" dir="rtl"' in page.content.decode()
