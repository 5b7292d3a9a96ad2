"""Every address of the console, walked by everybody who might type it."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from goodword.business.models import ApiKey, Badge, Invitation, Location, Membership, User
from goodword.flow import keeping_exports
from goodword.flow.backing_up import folder
from goodword.flow.bringing_upload import upload
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event, Import
from goodword.outbox.models import Message
from goodword.people.models import Todo
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.vouchers.models import Design, Redemption, Sale, Voucher
from goodword.web import paper
from goodword.web.console.roles import OPEN, PAGES, ROLES
from goodword.web.console.urls import DOORS, urlpatterns
from tests.flow.vouchers import cast
from tests.web.town import Town, found, lived_in, signed_in

pytestmark = pytest.mark.django_db
READS, WRITES = 200, 302
AGAIN = frozenset({"backup_download", "export_download"})  # asks for the password once more
LATER = frozenset({"import", "import_begin", "import_undo"})  # of a table just handed in they lead to its columns
ASKED = frozenset({"find"})  # is posted to; opened by itself it leads to the list


@pytest.fixture
def town() -> Town:
    made = lived_in()
    note = {"contact": made.contact("Cy").public_id, "text": "Call about the hedge"}
    submit(business=made.business, type="todo.added", data=note, actor="test", now=made.now)
    week = made.now + timedelta(days=7)
    Invitation.objects.create(
        business=made.business,
        public_id="inv_new",
        email="new@fern.example",
        role="office",
        digest="d",
        expires_at=week,
    )
    cast.redeem(made.business, cast.sell(made.business, now=made.now), 100, now=made.now)
    badge = {"name": "Wave", "colour": "#b3261e"}
    submit(business=made.business, type="badge.saved", data=badge, actor="test", now=made.now)
    submit(business=made.business, type="voucher_design.saved", data={"name": "Plain"}, actor="test", now=made.now)
    table = io.BytesIO(b"Customer ID,Name\nC1,Gil Grey\n")
    upload(business=made.business, stream=table, name="t.csv", actor="test", now=made.now, kind="customers")
    return made


def things(town: Town) -> dict[str, str]:
    """Return an id that exists for every address that takes one."""
    mine = {"business": town.business}
    location, _ = Location.objects.get_or_create(business=town.business, external_id="north", name="North")
    reward = Reward.objects.filter(**mine, rule="treat").get()
    return {
        "sale": Sale.objects.get(**mine).public_id,
        "badge": Badge.objects.get(**mine).public_id,
        "referral": Referral.objects.filter(**mine).earliest("pk").public_id,
        "customer": town.contact("Cy").public_id,
        "reward": reward.public_id,
        "message": Message.objects.filter(**mine).earliest("pk").public_id,
        "problem": str(Decision.objects.filter(**mine, kind="attribution_refused").get().pk),
        "programme": "neighbours",
        "todo": Todo.objects.filter(**mine).earliest("pk").public_id,
        "backup": backup_of().name,
        "export": export_of(town).name,
        "member": str(Membership.objects.filter(**mine, role="owner").earliest("pk").pk),
        "invitation": Invitation.objects.get(**mine).public_id,
        "key": str(ApiKey.objects.filter(**mine).earliest("pk").pk),
        "wording": "referral_invitation.en",
        "location": str(location.pk),
        "voucher": Voucher.objects.filter(**mine).earliest("pk").public_id,
        "voucher_design": Design.objects.get(**mine).public_id,
        "redemption": Redemption.objects.filter(**mine).earliest("pk").public_id,
        "import": str(Import.objects.get(**mine).number),
    }


def backup_of() -> Path:
    """Return a file that looks like a backup."""
    path = folder() / "goodword-20260301-050607Z.zip"
    path.write_bytes(b"not looked into here")
    return path


def export_of(town: Town) -> Path:
    """Return a file that looks like an export of the town."""
    path = keeping_exports.shelf(town.business).folder / "fern-lawn-care-export-20260301-050607Z.zip"
    path.write_bytes(b"not looked into here")
    return path


def address(name: str, town: Town) -> str:
    route = next(route for route, _view, known, _methods in DOORS if known == name)
    if "<" not in route:
        return reverse(f"console:{name}")
    known_things = things(town)
    return reverse(f"console:{name}", args=[known_things.get(name, known_things[name.split("_")[0]])])


def methods_of(name: str) -> tuple[str, ...]:
    return next(methods for _route, _view, known, methods in DOORS if known == name)


def test_every_address_stands_in_the_table_and_every_row_has_its_address() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(PAGES) | OPEN
    allowed = frozenset().union(*ROLES.values())
    assert {wanted for wanted in PAGES.values() if wanted} <= allowed
    assert {right for right in allowed if right not in PAGES.values()} == set()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_stranger_is_asked_to_sign_in_whatever_the_address(name: str, town: Town) -> None:
    before = Event.objects.count()
    for method in ("get", "post"):
        answer = getattr(Client(), method)(address(name, town))
        if method.upper() not in methods_of(name):
            assert answer.status_code == 405
            continue
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=")
    assert Event.objects.count() == before


# What these name is in every business: a programme's slug, a message and its language.
COMMON = ("programme", "wording")
OWNED = [name for route, _view, name, _methods in DOORS if "<" in route and name.split("_")[0] not in COMMON]


@pytest.mark.parametrize("name", OWNED)
def test_another_business_s_owner_sees_nothing_of_ours_and_changes_nothing(name: str, town: Town) -> None:
    beside = found("Ink and Steel")
    client = signed_in(beside.owner)
    before = Event.objects.filter(business=town.business).count()
    for method in methods_of(name):
        if method != "HEAD":
            answer = getattr(client, method.lower())(address(name, town), {"reason": "mine", "status": "redeemed"})
            assert answer.status_code == 404, (method, name)
    assert Event.objects.filter(business=town.business).count() == before
    lists = [
        reverse(f"console:{page}") for page in ("referrals", "customers", "rewards", "messages", "problems", "today")
    ]
    lists += [reverse(f"console:{page}") for page in ("vouchers", "stock", "settings_badges")]
    lists += [reverse(f"console:{page}") for page in ("leaderboard", "report_customers", "report_sharing")]
    for page in lists:
        body = client.get(page).content.decode()
        assert not re.search(r"Ann Berg|Bob Haddad|Fay Unknown|FERN-0", body), page


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_opens_what_its_row_says_and_nothing_else(role: str, town: Town) -> None:
    client = signed_in(town.staff(role))
    for name, wanted in PAGES.items():
        if "GET" not in methods_of(name):
            continue
        status = client.get(address(name, town)).status_code
        may = not wanted or wanted in ROLES[role]
        answers = 302 if name in AGAIN | LATER | ASKED else 503 if name.endswith("_pdf") and paper.missing() else 200
        expected = answers if may else 302 if name == "overview" else 403
        assert status == expected, (role, name)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_that_may_not_act_changes_nothing_by_posting(role: str, town: Town) -> None:
    client = signed_in(town.staff(role))
    forbidden = [n for n, wanted in PAGES.items() if wanted not in ROLES[role] and wanted and "POST" in methods_of(n)]
    before = list(Event.objects.values_list("pk", flat=True))
    for name in forbidden:
        answer = client.post(address(name, town), {"reason": "because", "status": "redeemed", "referrer": "Ann"})
        assert answer.status_code == 403, (role, name)
    assert list(Event.objects.values_list("pk", flat=True)) == before
    assert (role == "owner") == (forbidden == [])


def test_a_technician_sees_customers_and_their_links_but_no_figures(town: Town) -> None:
    client = signed_in(town.staff("technician"))
    page = client.get(reverse("console:overview"), follow=True)
    assert page.redirect_chain == [(reverse("console:today"), 302)]
    body = page.content.decode()
    assert reverse("console:rewards") not in body
    assert reverse("console:messages") not in body
    assert (
        f"/r/{town.contact('Ann').code}"
        in client.get(reverse("console:customer", args=[town.contact("Ann").public_id])).content.decode()
    )


def test_one_without_a_business_is_led_to_the_start_and_one_with_two_chooses(town: Town) -> None:
    nobody = User.objects.create_user("nobody@else.example", "a good long password")
    assert signed_in(nobody).get(reverse("console:overview"))["Location"] == reverse("console:start")
    beside = found("Ink and Steel")
    beside.owner.memberships.create(business=town.business, role="viewer")
    client = signed_in(beside.owner)
    chosen = client.post(reverse("console:business"), {"business": town.business.public_id})
    assert chosen.status_code == 302
    assert "Fern Lawn Care" in client.get(reverse("console:referrals")).content.decode()
    assert client.post(reverse("console:business"), {"business": "biz_not_mine"}).status_code == 422
    assert client.get(reverse("console:programme_new")).status_code == 403  # a viewer here, the owner there


def test_no_view_writes_with_the_orm() -> None:
    root = Path(__file__).resolve().parents[3] / "goodword" / "web"
    for door in ("console", "pages"):
        for path in (root / door).glob("*.py"):
            written = re.findall(
                r"\.(?:save(?!\(out)|create|update|delete|bulk_create|bulk_update|get_or_create)\(", path.read_text()
            )
            assert written == [], path.name
