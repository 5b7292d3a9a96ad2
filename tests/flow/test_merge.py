"""Two records become one: all that is theirs stands under the survivor, and nothing is lost or counted twice."""

from __future__ import annotations

from datetime import date

import pytest

from goodword.flow.merge import OWNED
from goodword.flow.submit import submit
from goodword.flow.visiting import note_visit
from goodword.people.models import Contact, Identity, Todo, WalletOwner
from goodword.referrals.models import Visit
from tests.web.town import lived_in

pytestmark = pytest.mark.django_db
# Each in a way of its own: merged into, kept by the engine, dated, added up by the day.
BESIDES = {(Contact, "merged_into"), (Identity, "contact"), (WalletOwner, "contact"), (Visit, "contact")}


def test_every_table_that_names_a_contact_is_handed_over() -> None:
    named = {(relation.related_model, relation.field.name) for relation in Contact._meta.related_objects}
    assert named == {*OWNED, *BESIDES}


@pytest.mark.requirement("R79")
def test_the_openings_of_both_links_are_counted_once_each() -> None:
    town = lived_in()
    ann, cy, dee = (town.contact(name) for name in ("Ann", "Cy", "Dee"))
    Visit.objects.all().delete()
    Visit.objects.create(business=town.business, contact=cy, day=date(2026, 1, 2), count=3)
    Visit.objects.create(business=town.business, contact=cy, day=date(2026, 1, 3), count=4)
    Visit.objects.create(business=town.business, contact=ann, day=date(2026, 1, 3), count=5)
    Visit.objects.create(business=town.business, contact=dee, day=date(2026, 1, 3), count=7)
    town.tell("contact.merged", {"from": "cy", "into": "ann"})
    told = Visit.objects.order_by("contact__name", "day").values_list("contact__name", "day", "count")
    assert list(told) == [
        ("Ann Berg", date(2026, 1, 2), 3), ("Ann Berg", date(2026, 1, 3), 9), (dee.name, date(2026, 1, 3), 7),
    ]  # fmt: skip
    note_visit(contact=Contact.objects.get(pk=ann.pk), now=town.now)
    assert Visit.objects.filter(contact=ann).count() == 3


def test_what_was_to_be_done_for_the_one_is_to_be_done_for_the_survivor() -> None:
    town = lived_in()
    data = {"contact": town.contact("Cy").public_id, "text": "Bring the ladder", "day": ""}
    submit(business=town.business, type="todo.added", data=data, actor="user:o", now=town.now)
    town.tell("contact.merged", {"from": "cy", "into": "ann"})
    assert Todo.objects.get(text="Bring the ladder").contact == town.contact("Ann")
