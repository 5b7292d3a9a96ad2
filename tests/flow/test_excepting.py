"""Individual agreements lived through: what the customer earns, what all others earn, from when on (R107)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodword.business.models import Business
from goodword.errors import NotFound, Refused
from goodword.flow.publish import publish
from goodword.flow.submit import submit
from goodword.people.models import Contact
from goodword.programmes.models import Programme, Revision
from goodword.rewards.models import Reward
from tests.flow.messaging_cast import NOW, PROGRAMME, contact, job, open_up, raw, say

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R107")]
OWN = {"give": "gift_card", "amount": "80.00"}


@pytest.fixture
def fern() -> Business:
    business = open_up()
    say(business, contact("Ann Berg", phone="+13035550101"), contact("Cy Stranger", phone="+13035550102"))
    return business


def agree(business: Business, *, rule: str = "paid", hours: int = 1, own: dict[str, str] = OWN) -> None:
    ann = Contact.objects.get(business=business, name="Ann Berg", merged_into=None)
    data = {"programme": "neighbours", "rule": rule, "contact": ann.public_id, "own": own}
    submit(business=business, type="exception.added", data=data, actor="user:olle", now=NOW + timedelta(hours=hours))


def friend(business: Business, name: str, by: str, *, hours: int) -> None:
    at = NOW + timedelta(hours=hours)
    known = {"name": name, "referred_by": {"contact": by}, "external_id": name}
    say(business, raw(f"c-{name}", "contact.saved", {"contact": known}, at))
    say(business, job(f"j-{name}", "paid", who=name, at=at + timedelta(minutes=5)))


def earned(business: Business) -> list[tuple[str, str, int]]:
    rows = Reward.objects.filter(business=business, stage="paid").order_by("pk").select_related("holder")
    return [(row.holder.name, row.kind, row.units) for row in rows]


def test_ann_gets_her_own_and_everybody_else_what_all_get_from_then_on(fern: Business) -> None:
    friend(fern, "before", "ann", hours=0)
    agree(fern)
    friend(fern, "bob", "ann", hours=2)
    friend(fern, "dee", "cy", hours=3)
    assert earned(fern) == [
        ("Ann Berg", "service_credit", 3500), ("Ann Berg", "gift_card", 8000), ("Cy Stranger", "service_credit", 3500),
    ]  # fmt: skip
    newest = Revision.objects.latest("pk")
    assert (newest.number, newest.published_by) == (2, "user:olle")


def test_it_goes_with_her_when_her_record_is_merged_into_another(fern: Business) -> None:
    agree(fern)
    say(fern, raw("merge", "contact.merged", {"from": "ann", "into": "cy"}, NOW + timedelta(hours=2)))
    friend(fern, "bob", "cy", hours=3)
    assert earned(fern) == [("Cy Stranger", "gift_card", 8000)]


def test_a_later_general_edit_keeps_it_and_a_draft_is_not_lost(fern: Business) -> None:
    Programme.objects.filter(business=fern).update(draft="half a thought")
    agree(fern)
    assert Programme.objects.get(business=fern).draft == "half a thought"
    publish(business=fern, text=PROGRAMME.replace("35.00", "45.00"), actor="olle", now=NOW + timedelta(hours=2))
    friend(fern, "bob", "ann", hours=3)
    friend(fern, "dee", "cy", hours=4)
    assert earned(fern) == [("Ann Berg", "gift_card", 8000), ("Cy Stranger", "service_credit", 4500)]


def test_ended_it_pays_what_all_get_but_for_friends_who_came_before(fern: Business) -> None:
    agree(fern)
    at = NOW + timedelta(hours=2)
    known = {"name": "Early", "referred_by": {"contact": "ann"}, "external_id": "early"}
    say(fern, raw("c-early", "contact.saved", {"contact": known}, at))
    rule = next(r["id"] for r in _rules() if "-for-" in r["id"])
    data = {"programme": "neighbours", "rule": rule}
    submit(business=fern, type="exception.removed", data=data, actor="user:olle", now=NOW + timedelta(hours=3))
    friend(fern, "bob", "ann", hours=4)
    say(fern, job("j-early", "paid", who="early", at=NOW + timedelta(hours=5)))
    assert earned(fern) == [("Ann Berg", "service_credit", 3500), ("Ann Berg", "gift_card", 8000)]
    with pytest.raises(NotFound):
        submit(business=fern, type="exception.removed", data=data, actor="user:olle", now=NOW + timedelta(hours=6))


def test_what_cannot_be_agreed_is_refused_and_publishes_nothing(fern: Business) -> None:
    moss = open_up("Moss")
    for own in ({"give": "gift_card"}, {"give": "lottery", "amount": "1.00"}, {"give": "cash", "amount": "lots"}):
        with pytest.raises(Refused) as refusal:
            agree(fern, own=own)
        assert refusal.value.code == "invalid_programme"
    with pytest.raises(Refused):
        agree(fern, rule="nothing")
    ann = Contact.objects.get(business=fern, name="Ann Berg")
    data = {"programme": "neighbours", "rule": "paid", "contact": ann.public_id, "own": OWN}
    with pytest.raises(NotFound):  # Ann is nobody at Moss
        submit(business=moss, type="exception.added", data=data, actor="user:moss", now=NOW)
    Programme.objects.filter(business=fern).update(ended_at=NOW)
    with pytest.raises(Refused) as refusal:
        agree(fern)
    assert refusal.value.code == "programme_ended"
    assert Revision.objects.count() == 2  # one each, as they were


def _rules() -> list[dict[str, str]]:
    from goodword.engine.programme import parse

    rules: list[dict[str, str]] = parse(Revision.objects.latest("pk").document).source["rules"]
    return rules
