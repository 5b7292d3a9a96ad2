"""Whom staff is asked to call and thank: by itself, once, and no longer when its cause is gone (R49)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodword.business.models import Business, Setting
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.ledger.models import Transfer
from goodword.people.models import Contact, Todo
from goodword.referrals.models import Referral
from tests.flow.messaging_cast import NOW, contact, job, open_up, raw, say

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R49")]
INVOICED = """\
format: 1
name: Neighbours
currency: USD
rules:
  - {id: invoiced, when: referral.invoiced, to: referrer, give: service_credit, amount: 10.00}
"""


@pytest.fixture
def fern() -> Business:
    business = open_up()
    say(business, contact("Ann Berg", phone="+13035550101"), contact("Cy Stranger", phone="+13035550102"))
    return business


def friend(business: Business, n: int, status: str = "paid", *, by: str = "ann", at: datetime = NOW) -> None:
    name = f"f{n}"
    known = {"name": f"Friend{n} Secret", "referred_by": {"contact": by}, "external_id": name}
    say(business, raw(f"c-{name}", "contact.saved", {"contact": known}, at))
    say(business, job(f"j-{name}", status, who=name, at=at + timedelta(minutes=n)))


def todos(business: Business) -> list[tuple[str, Any]]:
    rows = Todo.objects.filter(business=business).order_by("pk").select_related("contact")
    return [(row.contact.name if row.contact else "", row.facts.get("nth")) for row in rows]


def test_every_third_closed_referral_asks_for_a_call_and_the_others_do_not(fern: Business) -> None:
    for n in range(1, 8):
        friend(fern, n)
    assert todos(fern) == [("Ann Berg", 3), ("Ann Berg", 6)]


def test_a_friend_who_has_not_paid_is_not_closed_where_a_rule_pays_on_paid(fern: Business) -> None:
    for n in (1, 2):
        friend(fern, n)
    friend(fern, 3, "invoiced")
    assert todos(fern) == []
    say(fern, job("j-f3", "paid", who="f3", at=NOW + timedelta(hours=1)))
    assert todos(fern) == [("Ann Berg", 3)]


def test_without_a_rule_on_paid_an_invoice_closes(fern: Business) -> None:
    moss = open_up("Moss", programme=INVOICED)
    say(moss, contact("Ann Berg"))
    for n in (1, 2, 3):
        friend(moss, n, "invoiced")
    assert todos(moss) == [("Ann Berg", 3)]
    assert todos(fern) == []


def test_members_of_the_named_clubs_are_thanked_for_every_friend_and_nobody_else_is(fern: Business) -> None:
    Setting.objects.create(business=fern, key="thank_clubs", value=["gold"], since=NOW - timedelta(days=1))
    Setting.objects.create(business=fern, key="thank_every", value=0, since=NOW - timedelta(days=1))
    say(fern, contact("Ann Berg", clubs=["gold"], number="gold"))
    friend(fern, 1)
    friend(fern, 2, by="cy")
    assert todos(fern) == [("Ann Berg", 1)]
    assert Todo.objects.get().facts["club"] == "gold"


def test_a_cancelled_job_takes_the_call_back_and_the_job_done_again_asks_once_more(fern: Business) -> None:
    for n in (1, 2, 3):
        friend(fern, n)
    say(fern, job("j-f3", "cancelled", who="f3", at=NOW + timedelta(hours=1)))
    assert todos(fern) == []
    say(fern, job("j-f3-again", "paid", who="f3", at=NOW + timedelta(hours=2)))
    assert todos(fern) == [("Ann Berg", 3)]


def test_thanks_that_were_said_stay_said_and_are_not_asked_for_twice(fern: Business) -> None:
    for n in (1, 2, 3):
        friend(fern, n)
    todo = Todo.objects.get()
    submit(business=fern, type="todo.done", data={"todo": todo.public_id}, actor="user:sofia", now=NOW)
    say(fern, job("j-f3", "cancelled", who="f3", at=NOW + timedelta(hours=1)))
    with pytest.raises(Refused) as refusal:
        submit(business=fern, type="todo.reopened", data={"todo": todo.public_id}, actor="user:sofia", now=NOW)
    assert refusal.value.code == "todo_is_over"
    say(fern, job("j-f3-again", "paid", who="f3", at=NOW + timedelta(hours=2)))
    assert [(row.pk, row.done_by) for row in Todo.objects.all()] == [(todo.pk, "user:sofia")]


def test_removing_the_referral_takes_the_call_back(fern: Business) -> None:
    for n in (1, 2, 3):
        friend(fern, n)
    third = Referral.objects.get(friend__name__startswith="Friend3")
    data = {"referral": third.public_id, "reason": "logged wrongly"}
    submit(business=fern, type="referral.removed", data=data, actor="user:admin", now=NOW + timedelta(hours=3))
    assert todos(fern) == []


def test_merging_the_referrer_asks_neither_twice_nor_anew(fern: Business) -> None:
    for n in (1, 2, 3):
        friend(fern, n)
    say(fern, raw("merge", "contact.merged", {"from": "ann", "into": "cy"}, NOW + timedelta(hours=1)))
    assert len(todos(fern)) == 1
    friend(fern, 4, by="cy", at=NOW + timedelta(hours=2))
    assert len(todos(fern)) == 1


def test_history_that_is_brought_in_asks_nobody_to_call(fern: Business) -> None:
    old = NOW - timedelta(days=20)
    for n in (1, 2, 3):
        known = {"name": f"F{n}", "referred_by": {"contact": "ann"}, "external_id": f"f{n}"}
        say(fern, raw(f"c{n}", "contact.saved", {"contact": known}, old), now=NOW)
        say(fern, job(f"j{n}", "paid", who=f"f{n}", at=old + timedelta(hours=n)), now=NOW)
    assert Referral.objects.filter(stage="paid").count() == 3
    assert todos(fern) == []


def test_settling_again_changes_nothing(fern: Business) -> None:
    for n in (1, 2, 3):
        friend(fern, n)
    pks = list(Event.objects.filter(business=fern).values_list("pk", flat=True))
    moved = Transfer.objects.count()
    settle(business=fern, now=NOW + timedelta(hours=1), events=pks)
    assert todos(fern) == [("Ann Berg", 3)]
    assert Transfer.objects.count() == moved


def test_a_note_waits_from_the_local_day_it_was_written_for(fern: Business) -> None:
    ann = Contact.objects.get(business=fern, name="Ann Berg")
    data = {"contact": ann.public_id, "text": "  ask about   the hedge ", "day": "2026-03-12"}
    submit(business=fern, type="todo.added", data=data, actor="user:sofia", now=NOW)
    todo = Todo.objects.get()
    assert (todo.kind, todo.text, todo.contact) == ("note", "ask about the hedge", ann)
    assert todo.due_at == datetime(2026, 3, 12, 6, 0, tzinfo=UTC)  # midnight in Denver


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        ({"text": " "}, Invalid, "text_required"),
        ({"text": "call", "day": "tomorrow"}, Invalid, "bad_day"),
        ({"text": "call", "day": "9999-01-01"}, Invalid, "bad_day"),
        ({"text": "call", "contact": "con_nobody"}, NotFound, "contact_not_found"),
    ],
)
def test_what_cannot_be_noted_is_refused_and_nothing_is_written(
    data: dict[str, str], kind: type[Refused], code: str, fern: Business
) -> None:
    ann = Contact.objects.get(business=fern, name="Ann Berg")
    with pytest.raises(kind) as refusal:
        submit(business=fern, type="todo.added", data={"contact": ann.public_id} | data, actor="user:x", now=NOW)
    assert refusal.value.code == code
    assert not Todo.objects.exists()


def test_done_is_kept_with_who_and_when_once_and_can_be_undone(fern: Business) -> None:
    ann = Contact.objects.get(business=fern, name="Ann Berg")
    submit(business=fern, type="todo.added", data={"contact": ann.public_id, "text": "call"}, actor="u", now=NOW)
    data = {"todo": Todo.objects.get().public_id}
    submit(business=fern, type="todo.done", data=data, actor="user:sofia", now=NOW)
    with pytest.raises(Conflict) as refusal:
        submit(business=fern, type="todo.done", data=data, actor="user:late", now=NOW)
    assert refusal.value.code == "todo_is_done"
    assert (Todo.objects.get().done_by, Todo.objects.get().done_at) == ("user:sofia", NOW)
    submit(business=fern, type="todo.reopened", data=data, actor="user:sofia", now=NOW)
    assert (Todo.objects.get().done_by, Todo.objects.get().done_at) == ("", None)
    with pytest.raises(Conflict):
        submit(business=fern, type="todo.reopened", data=data, actor="user:sofia", now=NOW)


def test_another_business_s_to_do_does_not_exist(fern: Business) -> None:
    moss = open_up("Moss")
    ann = Contact.objects.get(business=fern, name="Ann Berg")
    submit(business=fern, type="todo.added", data={"contact": ann.public_id, "text": "call"}, actor="u", now=NOW)
    data = {"todo": Todo.objects.get().public_id}
    with pytest.raises(NotFound):
        submit(business=moss, type="todo.done", data=data, actor="user:moss", now=NOW)
    with pytest.raises(NotFound):
        submit(business=moss, type="todo.added", data={"contact": ann.public_id, "text": "x"}, actor="u", now=NOW)
    assert Todo.objects.get().done_at is None
