"""Signing in: by password, by a second step, by a recovery code; a new password; nobody learns who has an account."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from goodword.business.models import User
from goodword.config.signin import SecondStep
from goodword.inbox.models import Event
from tests.web.town import Town, found

pytestmark = pytest.mark.django_db
PASSWORD = "a good long password"
ACCOUNT = "/console/account"


@pytest.fixture
def town() -> Town:
    made = found()
    made.owner.set_password(PASSWORD)
    made.owner.save()
    return made


def sign_in(client: Client, person: User, password: str = PASSWORD) -> Any:
    return client.post("/accounts/login/", {"login": person.email, "password": password})


def code_of(secret: str) -> str:
    """Return what an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def turned_on(client: Client, capture: Any) -> tuple[str, list[str]]:
    """Turn two-step sign-in on as a person does; return the app's secret and the recovery codes."""
    page = client.get("/accounts/2fa/totp/activate/")
    client.post(page["Location"], {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'id="secret"[^>]* value="([A-Z2-7]+)"', page)
    assert found is not None
    with capture(execute=True):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(found[1])})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    codes = re.findall(r"<li data-code>(\d{8})</li>", client.get(answer["Location"]).content.decode())
    assert len(codes) == 10
    return found[1], codes


def told(town: Town) -> list[str]:
    rows = Event.objects.filter(business=town.business, type__startswith="person.").order_by("pk")
    return [f"{row.type} {row.data}" for row in rows]


def test_a_password_signs_in_and_both_the_right_and_the_wrong_one_are_written_down(town: Town) -> None:
    client = Client()
    page = sign_in(client, town.owner, "not my password at all")
    assert page.status_code == 200
    assert "The e-mail or the password is not right." in page.content.decode()
    assert sign_in(client, town.owner)["Location"] == "/console/"
    assert client.get(ACCOUNT).status_code == 200
    assert told(town) == ["person.sign_in_failed {'step': 'password'}", "person.signed_in {'two_step': False}"]
    assert not Event.objects.filter(data__icontains="password at all").exists()


def test_the_sixth_wrong_password_in_five_minutes_is_not_even_looked_at(town: Town) -> None:
    client = Client()
    for _ in range(5):
        sign_in(client, town.owner, "wrong again and again")
    page = sign_in(client, town.owner)  # the right one
    assert "Too many attempts" in page.content.decode()
    assert client.get(ACCOUNT).status_code == 302
    assert len(told(town)) == 5


def test_after_the_password_a_code_is_asked_for_and_no_code_works_twice(
    town: Town, django_capture_on_commit_callbacks: Any
) -> None:
    first = Client()
    sign_in(first, town.owner)
    secret, codes = turned_on(first, django_capture_on_commit_callbacks)
    client = Client()
    assert sign_in(client, town.owner)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get(ACCOUNT).status_code == 302  # the password alone opens nothing
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "That code is not right" in wrong.content.decode()
    now = code_of(secret)
    assert client.post("/accounts/2fa/authenticate/", {"code": now})["Location"] == "/console/"
    assert client.get(ACCOUNT).status_code == 200
    again = Client()
    sign_in(again, town.owner)
    assert again.post("/accounts/2fa/authenticate/", {"code": now}).status_code == 200  # the same code
    assert again.post("/accounts/2fa/authenticate/", {"code": codes[3]})["Location"] == "/console/"
    third = Client()
    sign_in(third, town.owner)
    assert third.post("/accounts/2fa/authenticate/", {"code": codes[3]}).status_code == 200  # used up
    assert third.get(ACCOUNT).status_code == 302
    assert told(town)[1:5] == [
        "person.two_step_on {}",
        "person.sign_in_failed {'step': 'code'}",
        "person.signed_in {'two_step': True}",
        "person.sign_in_failed {'step': 'code'}",
    ]


def test_a_code_of_the_app_is_taken_once_even_by_a_process_that_did_not_see_it(
    town: Town, django_capture_on_commit_callbacks: Any
) -> None:
    first = Client()
    sign_in(first, town.owner)
    secret, _codes = turned_on(first, django_capture_on_commit_callbacks)
    seen = code_of(secret)
    for taken in (True, False):
        cache.clear()  # another process, or this one half a minute later: the code is right for a minute and a half
        client = Client()
        sign_in(client, town.owner)
        answer = client.post("/accounts/2fa/authenticate/", {"code": seen})
        assert answer.status_code == (302 if taken else 200)
        assert (client.get(ACCOUNT).status_code == 200) is taken
    cache.clear()
    assert first.post("/accounts/2fa/reauthenticate/", {"code": seen}).status_code == 200  # nor for something else
    assert told(town)[-1] == "person.sign_in_failed {'step': 'code'}"


def test_the_link_of_a_reset_leads_to_the_public_address_whatever_host_was_named(town: Town, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    Client(headers={"host": "evil.example"}).post("/accounts/password/reset/", {"email": town.owner.email})
    assert "evil.example" not in mail.outbox[0].body
    assert f"{settings.PUBLIC_URL}/accounts/password/reset/key/" in mail.outbox[0].body


def test_recovery_codes_are_shown_once_and_the_secrets_are_kept_encrypted(
    town: Town, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client()
    sign_in(client, town.owner)
    secret, codes = turned_on(client, django_capture_on_commit_callbacks)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert "not shown again" in page
    assert [code for code in codes if code in page] == []
    kept = " ".join(str(row.data) for row in Authenticator.objects.all())
    assert secret not in kept
    assert SecondStep().decrypt(Authenticator.objects.get(type="totp").data["secret"]) == secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/recovery-codes/generate/")
    fresh = re.findall(r"<li data-code>(\d{8})</li>", client.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    assert client.post("/accounts/2fa/totp/deactivate/")["Location"] == "/accounts/2fa/"
    assert not Authenticator.objects.exists()
    assert [line.split()[0] for line in told(town)] == [
        "person.signed_in", "person.two_step_on", "person.recovery_codes_made", "person.two_step_off",
    ]  # fmt: skip


def test_what_matters_asks_for_the_password_once_more(town: Town) -> None:
    client = Client()
    sign_in(client, town.owner)
    for address in ("totp/activate/", "recovery-codes/generate/"):
        assert client.get(f"/accounts/2fa/{address}")["Location"].startswith("/accounts/reauthenticate/")
    page = client.post("/accounts/reauthenticate/", {"password": "not mine"})
    assert "That is not your password." in page.content.decode()
    assert not Authenticator.objects.exists()


def test_a_new_password_signs_the_other_windows_out_and_is_written_down(town: Town) -> None:
    here, there = Client(), Client()
    sign_in(here, town.owner)
    sign_in(there, town.owner)
    wrong = {"oldpassword": "not mine", "password1": "another long password", "password2": "another long password"}
    assert "That is not the password you have now." in here.post(
        "/accounts/password/change/", wrong
    ).content.decode()  # fmt: skip
    assert here.post("/accounts/password/change/", wrong | {"oldpassword": PASSWORD})["Location"] == ACCOUNT
    assert here.get(ACCOUNT).status_code == 200
    assert there.get(ACCOUNT).status_code == 302
    assert told(town)[-1] == "person.password_changed {'how': 'change'}"


def test_a_reset_tells_nobody_who_has_an_account_and_its_link_works_once(town: Town) -> None:
    known = Client().post("/accounts/password/reset/", {"email": town.owner.email})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@else.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mail.outbox) == 2  # both addresses hear something, so that the answer takes as long
    link = re.search(r"/accounts/password/reset/key/\S+/", mail.outbox[0].body)
    assert link is not None
    assert "/key/" not in mail.outbox[1].body
    client = Client()
    form = client.get(link[0])["Location"]
    fresh = {"password1": "quite another password", "password2": "quite another password"}
    assert client.post(form, fresh)["Location"] == reverse("account_reset_password_from_key_done")
    assert "has been used or is too old" in Client().get(link[0]).content.decode()
    assert sign_in(Client(), town.owner).status_code == 200  # the old password
    assert sign_in(Client(), town.owner, "quite another password")["Location"] == "/console/"
    assert told(town)[0] == "person.password_changed {'how': 'reset'}"


def test_the_pages_we_do_not_use_are_not_there() -> None:
    client = Client()
    unused = ("email/", "confirm-email/", "confirm-email/abc/", "password/set/", "login/code/", "login/code/confirm/",
              "phone/verify/", "phone/change/", "2fa/webauthn/", "2fa/trust/", "3rdparty/")  # fmt: skip
    for address in unused:
        assert client.get(f"/accounts/{address}").status_code == 404, address
    assert "Ask the owner to invite you." in client.get("/accounts/signup/").content.decode()
    before = User.objects.count()
    client.post("/accounts/signup/", {"email": "me@too.example", "password1": PASSWORD})
    assert User.objects.count() == before
