"""Who may let whom in: invitations used once and in time, no admin becomes an owner, the last owner stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from goodword.business import keys
from goodword.business.models import Invitation, Membership, User
from goodword.errors import Refused
from goodword.flow.admitting import accept, invite, make_key, renew
from goodword.flow.resetting import link_for, link_for_member
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.reports.team import invitation_of
from tests.web.town import Town, found

PASSWORD = "a good long password"


@pytest.fixture
def town(db: None) -> Town:
    return found()


def as_user(person: User) -> str:
    return f"user:{person.email}"


def ask(town: Town, by: User, *, email: str = "new@fern.example", role: str = "office") -> tuple[Invitation, str]:
    return invite(
        business=town.business, email=email, role=role, language="sv", actor=as_user(by), now=town.now
    )  # fmt: skip


def do(town: Town, by: User, kind: str, **data: Any) -> Event:
    return submit(business=town.business, type=kind, data=data, actor=as_user(by), now=town.now)


def seat(town: Town, person: User) -> str:
    return str(Membership.objects.get(business=town.business, user=person).pk)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def test_an_invitation_lets_one_person_in_once(town: Town) -> None:
    invitation, secret = ask(town, town.owner, email=" New@Fern.example ")
    assert invitation_of(secret) == invitation
    assert invitation_of(secret[:-1] + "!") is None
    person = accept(invitation=invitation, name="Nora  Ek Lund", password=PASSWORD, now=town.now)
    assert (person.email, person.first_name, person.last_name, person.language) == (
        "new@fern.example", "Nora", "Ek Lund", "sv",
    )  # fmt: skip
    assert person.check_password(PASSWORD)
    assert Membership.objects.get(user=person).role == "office"
    assert refused(lambda: accept(invitation=invitation, name="Me", password=PASSWORD, now=town.now)) == "email_taken"
    assert refused(lambda: accept(invitation=invitation, now=town.now)) == "invitation_over"
    told = Event.objects.filter(business=town.business, type__in=("member.invited", "member.joined"))
    assert [row.actor for row in told.order_by("pk")] == [as_user(town.owner), "user:new@fern.example"]
    for row in Event.objects.filter(business=town.business):
        assert secret not in str(row.data)
        assert PASSWORD not in str(row.data)


def test_an_old_a_withdrawn_and_a_renewed_link_let_nobody_in(town: Town) -> None:
    invitation, secret = ask(town, town.owner)
    week = town.now + timedelta(days=7)
    assert refused(lambda: accept(invitation=invitation, name="Me", password=PASSWORD, now=week)) == "invitation_over"
    assert not User.objects.filter(email="new@fern.example").exists()  # the refused one left no account
    again, fresh = renew(business=town.business, public_id=invitation.public_id, actor=as_user(town.owner), now=week)
    assert invitation_of(secret) is None
    assert invitation_of(fresh) == again
    assert again.expires_at == week + timedelta(days=7)
    do(town, town.owner, "invitation.withdrawn", invitation=again.public_id)
    assert refused(lambda: accept(invitation=again, name="Me", password=PASSWORD, now=week)) == "invitation_over"
    assert refused(lambda: do(town, town.owner, "invitation.withdrawn", invitation=again.public_id)) == (
        "invitation_over"
    )
    assert not User.objects.filter(email="new@fern.example").exists()


def test_an_invitation_of_another_business_is_not_there(town: Town) -> None:
    beside = found("Ink and Steel")
    invitation, _secret = ask(town, town.owner)
    told = {"invitation": invitation.public_id, "digest": "x"}
    for kind in ("invitation.withdrawn", "invitation.renewed"):
        assert refused(lambda kind=kind: do(beside, beside.owner, kind, **told)) == "invitation_not_found"
    assert refused(lambda: do(beside, beside.owner, "member.removed", member=seat(town, town.owner))) == (
        "member_not_found"
    )
    assert Membership.objects.filter(user=town.owner).exists()


def test_an_admin_becomes_an_owner_by_no_door(town: Town) -> None:
    admin = town.staff("admin")
    owners, _secret = ask(town, town.owner, role="owner", email="second@fern.example")
    mine, boss = seat(town, admin), seat(town, town.owner)
    doors = (
        lambda: do(town, admin, "member.role_changed", member=mine, role="owner"),
        lambda: ask(town, admin, role="owner"),
        lambda: renew(business=town.business, public_id=owners.public_id, actor=as_user(admin), now=town.now),
        lambda: do(town, admin, "invitation.withdrawn", invitation=owners.public_id),
        lambda: do(town, admin, "member.role_changed", member=boss, role="viewer"),
        lambda: do(town, admin, "member.removed", member=boss),
        lambda: link_for_member(business=town.business, member=boss, actor=as_user(admin), now=town.now),
    )
    assert [refused(door) for door in doors] == ["owners_only"] * len(doors)
    assert Membership.objects.get(user=admin).role == "admin"
    assert [m.user for m in Membership.objects.filter(business=town.business, role="owner")] == [town.owner]
    office = town.staff("office")
    assert do(town, admin, "member.role_changed", member=seat(town, office), role="manager").data["from"] == "office"


@pytest.mark.parametrize("role", ["manager", "office", "technician", "viewer"])
def test_the_others_handle_nobody_and_make_no_keys(town: Town, role: str) -> None:
    person = town.staff(role)
    doors = (
        lambda: do(town, person, "member.role_changed", member=seat(town, person), role="admin"),
        lambda: ask(town, person),
        lambda: do(town, person, "member.removed", member=seat(town, town.owner)),
        lambda: do(town, person, "key.revoked", key="1"),
        lambda: make_key(
            business=town.business, name="x", source="x", scopes=["events:read"], actor=as_user(person), now=town.now
        ),
    )  # fmt: skip
    assert [refused(door) for door in doors] == ["not_permitted"] * len(doors)


def test_the_last_owner_neither_goes_nor_steps_down(town: Town) -> None:
    mine = seat(town, town.owner)
    assert refused(lambda: do(town, town.owner, "member.removed", member=mine)) == "last_owner"
    assert refused(lambda: do(town, town.owner, "member.role_changed", member=mine, role="admin")) == "last_owner"
    second = town.staff("owner")
    do(town, second, "member.removed", member=mine)
    assert [m.user for m in Membership.objects.filter(business=town.business)] == [second]


def test_who_is_in_or_invited_is_not_invited_again(town: Town) -> None:
    ask(town, town.owner)
    assert refused(lambda: ask(town, town.owner, email="NEW@fern.example")) == "already_invited"
    assert refused(lambda: ask(town, town.owner, email=town.owner.email)) == "already_member"
    assert refused(lambda: ask(town, town.owner, email="not an address")) == "bad_email"
    assert refused(lambda: ask(town, town.owner, email="x@y.example", role="king")) == "unknown_role"
    assert Invitation.objects.count() == 1


def test_an_owner_hands_over_no_key_to_somebody_else_s_business(town: Town) -> None:
    beside, office = found("Ink and Steel"), town.staff("office")
    shared = seat(town, office)
    person, link = link_for_member(business=town.business, member=shared, actor=as_user(town.owner), now=town.now)
    assert person == office
    assert "/accounts/password/reset/key/" in link
    Membership.objects.create(business=beside.business, user=office, role="viewer")
    assert refused(
        lambda: link_for_member(business=town.business, member=shared, actor=as_user(town.owner), now=town.now)
    ) == ("belongs_elsewhere")
    Membership.objects.create(business=beside.business, user=town.owner, role="owner")
    link_for_member(business=town.business, member=shared, actor=as_user(town.owner), now=town.now)
    made = Event.objects.filter(type="member.reset_link_made", state="settled")
    assert [set(row.data) for row in made] == [{"member", "email"}] * 2  # no link in it


def test_the_command_line_s_link_is_for_those_who_have_an_account(town: Town) -> None:
    assert "/accounts/password/reset/key/" in link_for(email=town.owner.email.upper(), now=town.now)
    assert refused(lambda: link_for(email="nobody@else.example", now=town.now)) == "person_not_found"


def test_a_key_works_until_it_is_revoked_and_no_event_holds_it(town: Town) -> None:
    key, secret = make_key(
        business=town.business, name="Tills", source="tills", scopes=["events:write"], actor=as_user(town.owner),
        now=town.now,
    )  # fmt: skip
    assert keys.verify(secret) == key
    assert key.scopes == ["events:write"]
    do(town, town.owner, "key.revoked", key=str(key.pk))
    assert keys.verify(secret) is None
    rows = Event.objects.filter(business=town.business, type__startswith="key.").order_by("pk")
    assert [row.type for row in rows] == ["key.made", "key.revoked"]
    assert [row for row in rows if secret in str(row.data)] == []
    again = {"business": town.business, "name": "Again", "actor": as_user(town.owner), "now": town.now}
    assert refused(lambda: make_key(source="tills", scopes=["events:read"], **again)) == "source_taken"
    assert refused(lambda: make_key(source="other", scopes=[], **again)) == "no_scope"
    assert refused(lambda: make_key(source="other", scopes=["all"], **again)) == "unknown_scope"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_invitation_at_once_one_gets_in() -> None:
    town = found()
    invitation, _secret = ask(town, town.owner)
    answers: list[str] = []
    start = threading.Barrier(2)

    def take(name: str) -> None:
        start.wait()
        try:
            accept(invitation=invitation, name=name, password=f"{PASSWORD} {name}", now=town.now)
            answers.append(name)
        except Refused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(name,)) for name in ("Ann", "Cy")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "email_taken" in answers
    person = User.objects.get(email="new@fern.example")
    assert person.first_name in answers
    assert person.check_password(f"{PASSWORD} {person.first_name}")
    assert Membership.objects.filter(business=town.business, role="office").count() == 1
