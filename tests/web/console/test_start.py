"""The beginning: an empty installation, its first business, the demo, signing in and out."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from goodword.business.models import Business, Membership, User
from tests.web.town import found, signed_in

pytestmark = pytest.mark.django_db
OWN = {
    "name": "Nour Studio", "country": "SE", "currency": "SEK", "timezone": "Europe/Stockholm", "language": "sv",
    "email": "Nour@Studio.example", "password": "a good long password",
}  # fmt: skip


def test_an_empty_installation_leads_to_the_choice_and_becomes_a_business() -> None:
    client = Client()
    assert client.get("/")["Location"] == reverse("console:start")
    page = client.get(reverse("console:start"))
    assert page.status_code == 200
    assert page.context["demo_available"] is False
    assert {"value": "SE", "text": "Sweden"} in page.context["countries"]
    made = client.post(reverse("console:start_own"), OWN)
    assert made["Location"] == reverse("console:overview")
    assert client.get(reverse("console:overview")).status_code == 200
    business = Business.objects.get()
    assert (business.name, business.currency, business.timezone, business.country) == (
        "Nour Studio", "SEK", "Europe/Stockholm", "SE",
    )  # fmt: skip
    assert User.objects.get().check_password("a good long password")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("country", "XX"), ("currency", "ZZZ"), ("timezone", "Mars/Base"), ("language", "xx"),
        ("email", "nour@"), ("password", "short"), ("password", "1234567890"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_opened(field: str, value: str) -> None:
    answer = Client().post(reverse("console:start_own"), OWN | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert (Business.objects.count(), User.objects.count()) == (0, 0)


def test_once_there_is_a_business_nobody_can_open_another_from_outside() -> None:
    found()
    client = Client()
    assert client.get("/")["Location"] == reverse("console:overview")
    assert client.post(reverse("console:start_own"), OWN)["Location"] == reverse("account_login")
    assert client.get(reverse("console:start"))["Location"] == reverse("console:overview")
    assert Business.objects.count() == 1


def demo() -> Business:
    town = found("Fern Demo")
    Business.objects.filter(pk=town.business.pk).update(is_demo=True)
    return Business.objects.get(pk=town.business.pk)


def test_a_demo_alone_may_be_looked_at_and_the_own_business_opened_beside_it() -> None:
    business = demo()
    client = Client()
    client.post(reverse("console:start_demo"))
    page = client.get(reverse("console:overview"))
    assert page.context["shell"]["demo"] is True
    assert page.context["shell"]["business_name"] == business.name
    assert Client().post(reverse("console:start_own"), OWN).status_code == 302
    assert Business.objects.filter(is_demo=False).count() == 1


def test_beside_a_real_business_the_demo_signs_no_stranger_in() -> None:
    business = demo()
    found("Ink and Steel")
    stranger = Client()
    assert stranger.post(reverse("console:start_demo"))["Location"] == reverse("account_login")
    assert stranger.get(reverse("console:overview")).status_code == 302
    assert Membership.objects.filter(business=business).count() == 1


def test_only_the_demo_can_be_taken_away_and_only_by_its_owner() -> None:
    own = found("Ink and Steel")
    refused = signed_in(own.owner).post(reverse("console:demo_remove"))
    assert refused.status_code == 422
    business = demo()
    owner = User.objects.get(memberships__business=business)
    assert signed_in(owner).post(reverse("console:demo_remove")).status_code == 302
    assert list(Business.objects.values_list("name", flat=True)) == ["Ink and Steel"]


def test_signing_in_needs_the_password_makes_a_new_session_and_ends_with_signing_out() -> None:
    town = found()
    town.owner.set_password("a good long password")
    town.owner.save()
    client = Client()
    url = reverse("account_login")
    wrong = client.post(url, {"login": town.owner.email, "password": "guess"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session
    before = client.session.session_key
    client.post(url, {"login": town.owner.email, "password": "a good long password"})
    assert client.session.session_key != before
    cookie = client.cookies["sessionid"]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
    assert client.get(reverse("console:overview")).status_code == 200
    client.get(reverse("account_logout"))
    assert client.get(reverse("console:overview")).status_code == 200  # only a form signs out
    client.post(reverse("account_logout"))
    assert client.get(reverse("console:overview")).status_code == 302
    assert client.get("/accounts/signup/").status_code == 200
    assert User.objects.count() == 1


def test_a_page_of_the_console_is_never_kept_by_the_browser() -> None:
    town = found()
    answer = signed_in(town.owner).get(reverse("console:overview"))
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"


def test_a_forgotten_password_is_set_anew_by_a_link_and_the_old_sessions_end() -> None:
    town = found()
    elsewhere = signed_in(town.owner)
    client = Client()
    sent = client.post(reverse("account_reset_password"), {"email": town.owner.email}, follow=True)
    assert "Look into your mail" in sent.content.decode()
    link = re.search(rf"{settings.PUBLIC_URL}(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link is not None
    page = client.get(link[1], follow=True)
    assert "A new password" in page.content.decode()
    told = {"password1": "another good long one", "password2": "another good long one"}
    done = client.post(page.redirect_chain[-1][0], told, follow=True)
    assert "Your new password is saved" in done.content.decode()
    assert elsewhere.get(reverse("console:overview")).status_code == 302
    assert User.objects.get(pk=town.owner.pk).check_password("another good long one")
