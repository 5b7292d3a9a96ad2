"""Team, joining, keys and My account as they are used; the audit log that tells of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goodword.business.models import ApiKey, Invitation, Membership, User
from goodword.flow import clock_events
from goodword.flow.commands import COMMANDS
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.rewards.models import Reward
from goodword.web.console.deeds import SENTENCES
from tests.web.town import Town, found, just_asked, lived_in, signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "a good long password"


@pytest.fixture
def town() -> Town:
    made = found()
    made.owner.first_name, made.owner.last_name = "Sofia", "Keller"
    made.owner.save()
    return made


def invited(town: Town, *, email: str = "nora@fern.example", role: str = "office") -> str:
    """Invite by the page and return the path of the link that it shows."""
    told = {"email": email, "role": role, "language": "sv"}
    page = just_asked(signed_in(town.owner)).post(reverse("console:team_invite"), told)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"
    found_link = re.search(r'value="https?://[^/"]+(/join/[^"]+)"', page.content.decode())
    assert found_link is not None
    return found_link[1]


def person_of(client: Client) -> Any:
    return get_user(client)  # type: ignore[arg-type]  # what it needs of a request is the session


def test_an_invited_person_sets_a_name_and_a_password_and_is_in(town: Town) -> None:
    link = invited(town)
    assert link not in signed_in(town.owner).get(reverse("console:team")).content.decode()
    assert mail.outbox == []  # no mail server is set
    client = Client()
    page = client.get(link)
    assert "Fern Lawn Care" in page.content.decode()
    assert ">Owner</span>" in signed_in(town.owner).get(reverse("console:team")).content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    short = client.post(link, {"name": "Nora Ek", "password": "short"})
    assert short.status_code == 422
    assert 'value="Nora Ek"' in short.content.decode()  # nothing lost
    assert not User.objects.filter(email="nora@fern.example").exists()
    assert client.post(link, {"name": "Nora Ek", "password": PASSWORD})["Location"] == "/console/"
    assert person_of(client).email == "nora@fern.example"
    assert client.get(reverse("console:referrals")).status_code == 200
    assert client.get(reverse("console:team")).status_code == 403
    again = Client().get(link)
    assert again.status_code == 410
    assert "This invitation was used" in again.content.decode()


def test_where_a_mail_server_is_set_the_link_is_mailed_in_the_invited_person_s_language(
    town: Town, settings: Any
) -> None:
    settings.MAIL_SERVER = True
    link = invited(town)
    assert mail.outbox[0].to == ["nora@fern.example"]
    assert mail.outbox[0].subject == "Du är inbjuden till Fern Lawn Care"
    assert link in mail.outbox[0].body
    town.business.is_demo = True
    town.business.save()
    invited(town, email="other@fern.example")
    assert len(mail.outbox) == 1  # the demo mails nobody


def test_one_with_an_account_signs_in_and_somebody_else_cannot_take_the_invitation(town: Town) -> None:
    beside = found("Ink and Steel")
    link = invited(town, email=beside.owner.email)
    stranger = Client()
    page = stranger.get(link).content.decode()
    assert f"/accounts/login/?next={link}" in page
    assert stranger.post(link, {"name": "Me", "password": "my own long password"}).status_code == 200
    cy = town.staff("viewer")
    assert signed_in(cy).post(link).status_code == 403
    assert not Membership.objects.filter(business=town.business, user=beside.owner).exists()
    client = signed_in(beside.owner)
    assert client.post(link)["Location"] == "/console/"
    assert Membership.objects.get(business=town.business, user=beside.owner).role == "office"
    assert "Fern Lawn Care" in client.get(reverse("console:referrals")).content.decode()
    assert not beside.owner.check_password("my own long password")


def test_an_old_and_a_withdrawn_link_say_so_and_an_unknown_one_is_not_there(town: Town) -> None:
    link = invited(town)
    Invitation.objects.update(expires_at=town.now - timedelta(seconds=1))
    answer = Client().post(link, {"name": "Nora", "password": PASSWORD})
    assert (answer.status_code, "too old" in answer.content.decode()) == (410, True)
    row = Invitation.objects.get()
    signed_in(town.owner).post(reverse("console:invitation_withdraw", args=[row.public_id]))
    assert "withdrawn" in Client().get(link).content.decode()
    assert Client().get("/join/nobody-was-given-this").status_code == 404
    assert not User.objects.filter(email="nora@fern.example").exists()


def test_who_is_removed_opens_this_business_no_more(town: Town) -> None:
    office = town.staff("office")
    client = signed_in(office)
    assert client.get(reverse("console:referrals")).status_code == 200
    seat = Membership.objects.get(user=office)
    done = signed_in(town.owner).post(reverse("console:member_remove", args=[seat.pk]))
    assert done["Location"] == reverse("console:team")
    assert client.get(reverse("console:referrals"))["Location"] == reverse("console:start")


def test_an_admin_is_offered_no_owner_s_seat_and_gets_none_by_force(town: Town) -> None:
    admin = town.staff("admin")
    client, boss = just_asked(signed_in(admin)), Membership.objects.get(user=town.owner)
    page = client.get(reverse("console:team_invite")).content.decode()
    assert 'value="owner"' not in page
    own = Membership.objects.get(user=admin)
    for ref in (own.pk, boss.pk):
        answer = client.post(reverse("console:member_role", args=[ref]), {"role": "owner"})
        assert answer.status_code == 422
    assert client.post(reverse("console:member_remove", args=[boss.pk])).status_code == 422
    assert client.post(reverse("console:member_reset", args=[boss.pk])).status_code == 403
    told = {"email": "me@fern.example", "role": "owner", "language": "en"}
    assert client.post(reverse("console:team_invite"), told).status_code == 422
    assert {m.role for m in Membership.objects.filter(user=admin)} == {"admin"}
    assert Invitation.objects.count() == 0


def test_a_key_is_shown_once_and_turned_away_as_soon_as_it_is_revoked(town: Town) -> None:
    client = just_asked(signed_in(town.owner))
    told = {"name": "Tills", "source": "tills", "scopes": ["contacts:read", "events:write"]}
    secret = re.search(r'value="(gw_\w+)"', client.post(reverse("console:key_new"), told).content.decode())
    assert secret is not None
    header = {"HTTP_AUTHORIZATION": f"Bearer {secret[1]}"}
    assert Client().get("/api/v1/contacts", **header).status_code == 200
    assert secret[1] not in client.get(reverse("console:keys")).content.decode()
    key = ApiKey.objects.get(source="tills")
    client.post(reverse("console:key_revoke", args=[key.pk]))
    assert Client().get("/api/v1/contacts", **header).status_code == 401
    faulty = client.post(reverse("console:key_new"), told | {"name": "Again"})
    assert faulty.status_code == 422
    assert "Another key has, or had, this source." in faulty.content.decode()
    assert 'value="Again"' in faulty.content.decode()
    assert ApiKey.objects.filter(business=town.business).count() == 2


@pytest.mark.parametrize("page", ["key_new", "team_invite", "invitation_renew", "member_reset"])
def test_whatever_opens_a_door_asks_for_the_password_once_more(page: str, town: Town) -> None:
    town.owner.set_password(PASSWORD)
    town.owner.save()
    invited(town, email="otto@fern.example")
    office = Membership.objects.get(user=town.staff("office"))
    refs = {"invitation_renew": [Invitation.objects.get().public_id], "member_reset": [office.pk]}
    url = reverse(f"console:{page}", args=refs.get(page, []))
    told = {"name": "Tills", "source": "tills", "scopes": "contacts:read", "email": "nora@fern.example",
            "role": "office", "language": "en"}  # fmt: skip
    client, doors = signed_in(town.owner), Event.objects.exclude(type__startswith="person.sign")
    before = doors.count()
    first = client.post(url, told)
    assert first["Location"].startswith("/accounts/reauthenticate/?next=")
    assert client.post(first["Location"], {"password": "not it", "next": url}).status_code == 200
    assert doors.count() == before
    done = client.post(first["Location"], {"password": PASSWORD, "next": url})
    assert done.status_code == 200
    assert re.search(r'value="(gw_\w+|https?://[^"]+)"', done.content.decode())  # shown once
    assert done["Referrer-Policy"] == "no-referrer"


def test_my_account_changes_name_and_language_for_every_role(town: Town) -> None:
    person = town.staff("technician")
    client = signed_in(person)
    answer = client.post(reverse("console:account"), {"name": "Ture  Alm", "language": "sv"})
    assert answer["Location"] == reverse("console:account")
    person.refresh_from_db()
    assert (person.get_full_name(), person.language) == ("Ture Alm", "sv")
    assert "Mitt konto" in client.get(reverse("console:account")).content.decode()
    assert client.post(reverse("console:account"), {"name": " ", "language": "sv"}).status_code == 422
    assert client.post(reverse("console:account"), {"name": "Ture", "language": "xx"}).status_code == 422
    person.refresh_from_db()
    assert person.get_full_name() == "Ture Alm"
    assert Event.objects.filter(type="person.changed").count() == 1


def test_the_audit_log_tells_what_was_done_in_plain_sentences_and_narrows(town: Town) -> None:
    town = lived_in("Oak and Ivy")
    town.owner.first_name, town.owner.last_name = "Sofia", "Keller"
    town.owner.save()
    reward = Reward.objects.filter(business=town.business, rule="treat").get()
    actor, client = f"user:{town.owner.email}", signed_in(town.owner)
    change = {"reward": reward.public_id, "status": "issued", "reason": "Sprayed on Tuesday"}
    submit(business=town.business, type="reward.status_changed", data=change, actor=actor, now=town.now)
    told = {"contact": town.contact("Eve").public_id, "open": True}
    submit(business=town.business, type="complaint.changed", data=told, actor=actor, now=town.now)
    beside = found("Ink and Steel")
    signed_in(beside.owner).post(reverse("console:account"), {"name": "Somebody Else", "language": "en"})
    address = reverse("console:audit")
    page = client.get(address).content.decode()
    sentence = "Sofia Keller released the reward “One weed treatment” of Ann Berg: Sprayed on Tuesday"
    assert sentence in page, re.findall(r"dir=.auto.>(.*?)<.p>", page)
    assert reverse("console:reward", args=[reward.public_id]) in page
    assert "Sofia Keller noted a complaint of Eve Okafor" in page
    assert "Somebody Else" not in page
    for asked, shown in (("kind=rewards", True), ("kind=team", False), ("q=Ann", True), ("q=weeping", False),
                         ("q=sprayed", True), ("q=keller", True), (f"person={town.owner.pk}", True),
                         ("period=last_month", False)):  # fmt: skip
        assert (sentence in client.get(f"{address}?{asked}").content.decode()) is shown, asked
    rows = b"".join(client.get(reverse("console:audit_sheet")).streaming_content).decode()  # type: ignore[attr-defined]
    assert f",Sofia Keller,{sentence},reward.status_changed" in rows


def test_the_audit_log_takes_no_more_questions_for_more_rows(town: Town) -> None:
    client = signed_in(town.owner)
    counts = []
    for total in (1, 40):
        for number in range(total):
            data = {"name": f"Name {number}", "from": "", "language": "en"}
            submit(
                business=town.business, type="person.changed", data=data, actor=f"user:{town.owner.email}", now=town.now
            )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = client.get(reverse("console:audit"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 16
    assert 'rel="next"' in page.content.decode()


def test_every_command_of_the_staff_has_its_sentence() -> None:
    strangers = {"callback.requested", "voucher.guessing_noticed"}  # told by a form, and by the product itself
    assert COMMANDS.keys() - SENTENCES.keys() == strangers


def test_every_sentence_names_who_did_it() -> None:
    by_people = {kind: str(line) for kind, line in SENTENCES.items() if kind not in clock_events.TYPES}
    assert [kind for kind, line in by_people.items() if "%(who)s" not in line] == []
