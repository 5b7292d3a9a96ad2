"""The page of what is to be done in person (R49)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from goodword.flow.submit import submit
from goodword.people.models import Contact, Todo
from tests.web.town import Town, found, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R49")]


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.staff("office"))


def closed(town: Town, n: int, **more: object) -> None:
    known = {"external_id": f"x{n}", "name": f"Xeno{n} Secret", "referred_by": {"code": town.contact("Ann").code}}
    town.tell("contact.saved", {"contact": known | more})
    town.job(f"x{n}", "paid", total=10000)


def third(town: Town) -> Todo:
    """Let Ann's second and third friend pay; Bob was the first."""
    closed(town, 1)
    closed(town, 2)
    return Todo.objects.get(business=town.business)


def test_the_third_friend_asks_for_a_call_with_a_number_a_reason_and_a_sentence(town: Town, desk: Client) -> None:
    third(town)
    (line,) = desk.get(reverse("console:todo")).context["todos"]
    assert (line["title"], line["phone"]) == ("Call and thank Ann Berg", "+13035550142")
    assert line["reason"] == "Referral number 3 has closed: Xeno2 Secret."
    assert line["say"].startswith("Hello Ann! Xeno2 is our customer now because of you")
    assert "Secret" not in line["say"]  # a friend's surname is told to nobody outside
    body = desk.get(reverse("console:todo")).content.decode()
    assert 'href="tel:+13035550142"' in body


def test_the_sentence_is_in_the_customer_s_language(town: Town, desk: Client) -> None:
    town.person("Ann Berg", language="sv")
    third(town)
    (line,) = desk.get(reverse("console:todo")).context["todos"]
    assert (line["say_lang"], line["say"][:8]) == ("sv", "Hej Ann!")


def test_done_leaves_the_list_and_comes_back_when_it_was_not(town: Town, desk: Client) -> None:
    todo = third(town)
    desk.post(reverse("console:todo_done", args=[todo.public_id]))
    told = desk.get(reverse("console:todo")).context
    assert (told["todos"], [line["id"] for line in told["done"]]) == ([], [todo.public_id])
    again = desk.post(reverse("console:todo_done", args=[todo.public_id]), follow=True)
    assert "Somebody was faster" in again.content.decode()
    desk.post(reverse("console:todo_reopen", args=[todo.public_id]))
    told = desk.get(reverse("console:todo")).context
    assert ([line["id"] for line in told["todos"]], told["done"]) == ([todo.public_id], [])


def test_a_note_is_written_on_a_customer_s_behalf_for_a_day(town: Town, desk: Client) -> None:
    cy = town.contact("Cy")
    address = reverse("console:customer_todo", args=[cy.public_id])
    day = (timezone.now() + timedelta(days=3)).date().isoformat()
    refused = desk.post(address, {"text": " ", "day": day})
    assert refused.status_code == 422
    assert "Please say what is to be done." in refused.content.decode()
    bad = desk.post(address, {"text": "Call about the hedge", "day": "soon"})
    assert bad.status_code == 422
    assert "Call about the hedge" in bad.content.decode()
    assert not Todo.objects.exists()
    assert desk.post(address, {"text": "Call about the hedge", "day": day})["Location"] == reverse("console:todo")
    (line,) = desk.get(reverse("console:todo")).context["todos"]
    assert (line["title"], line["name"], line["later"], line["say"]) == (
        "Call about the hedge",
        "Cy Stranger",
        True,
        "",
    )


def test_the_number_in_the_menu_counts_what_is_due_and_not_what_comes_later(town: Town, desk: Client) -> None:
    third(town)
    data = {"contact": town.contact("Cy").public_id, "text": "later"}
    later = (timezone.now() + timedelta(days=9)).date().isoformat()
    submit(business=town.business, type="todo.added", data=data | {"day": later}, actor="u", now=timezone.now())
    menu = {item["code"]: item["count"] for item in desk.get(reverse("console:todo")).context["shell"]["menu"]}
    assert menu["todo"] == 1


def test_the_longest_due_come_first_and_the_list_is_paged_in_a_bounded_number_of_statements(
    town: Town, desk: Client
) -> None:
    third(town)
    cy = Contact.objects.get(pk=town.contact("Cy").pk)
    page = reverse("console:todo")
    desk.get(page)
    with CaptureQueriesContext(connection) as few:
        desk.get(page)
    for n in range(40):
        Todo.objects.create(
            business=town.business, public_id=f"tdo_{n}", key=f"note:{n}", kind="note", contact=cy, text=f"no. {n}",
            created_at=town.now, due_at=town.now - timedelta(days=n),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        first = desk.get(page)
    assert len(many) <= len(few)  # the thank-you with its friend stands on the second page now
    assert [line["title"] for line in first.context["todos"]] == [f"no. {n}" for n in range(39, 9, -1)]
    second = desk.get(page + first.context["next_url"])
    assert len(second.context["todos"]) == 11
    assert second.context["todos"][-1]["kind"] in {"note", "thank"}
    assert desk.get(page + "?after=nonsense_x").status_code == 200
    assert desk.get(page + "?after=2026-01-01_5").status_code == 200


def test_another_business_and_a_technician_see_none(town: Town) -> None:
    todo = third(town)
    beside = found("Ink and Steel")
    assert signed_in(beside.owner).get(reverse("console:todo")).context["todos"] == []
    technician = signed_in(town.staff("technician"))
    assert technician.get(reverse("console:todo")).status_code == 403
    assert technician.post(reverse("console:todo_done", args=[todo.public_id])).status_code == 403
    assert Todo.objects.get().done_at is None
