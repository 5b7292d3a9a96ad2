"""The demo: a whole year through the real flow, loaded once, gone without a trace, nobody else touched."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import TestCase

from goodword import cli
from goodword.business import pictures
from goodword.business.models import Business, Invitation, Membership, User
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow.demo import belongings, remove_demo
from goodword.flow.opening import open_business
from goodword.flow.publish import publish
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.inbox.models import Decision, Event, State
from goodword.ledger import checking, seal
from goodword.ledger.models import Account, Book, Entry, Transfer, Wallet
from goodword.outbox.models import Message, Wording
from goodword.people.models import Contact, Todo
from goodword.referrals.models import Referral, Share, Visit
from goodword.reports import overview, today
from goodword.reports.waiting import waiting
from goodword.rewards.models import Reward
from goodword.work.models import Job
from goodword.worker.commands import demo_load, demo_remove
from goodword.worker.demo import loading
from goodword.worker.demo.year import story

NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
PROGRAMME = """
format: 1
name: Friends
currency: SEK
starts: 2026-01-01
rules:
  - {id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 100.00}
"""


def another_business() -> Business:
    """Return a business with a contact, a referral, a reward and a ledger entry."""
    other = open_business(
        name="Syrsa", currency="SEK", timezone="Europe/Stockholm", country="SE", language="sv", now=NOW
    ).business
    publish(business=other, text=PROGRAMME, actor="test", now=NOW)
    said = [
        ("contact.saved", {"contact": {"external_id": "ann", "name": "Ann"}}),
        ("contact.saved", {"contact": {"external_id": "bob", "name": "Bob", "referred_by": {"contact": "ann"}}}),
        ("job.saved", {"job": {"external_id": "j", "contact": "bob", "status": "booked"}}),
    ]
    raws = [
        {"id": str(place), "source": "crm", "type": kind, "time": (NOW - timedelta(hours=9 - place)).isoformat(),
         "data": data}
        for place, (kind, data) in enumerate(said)
    ]  # fmt: skip
    record(business=other, source="crm", raws=raws, now=NOW)
    assert settle(business=other, now=NOW) == 3
    return other


def rows_of(business: int) -> dict[str, int]:
    """Count the rows of a business in every table, the ledger's too."""
    counts = {m._meta.label: m._base_manager.filter(**{path: business}).count() for m, path in belongings()}
    counts["entries"] = Entry.objects.filter(book__business_id=business).count()
    counts["accounts"] = Account.objects.filter(book__business_id=business).count()
    counts["transfers"] = Transfer.objects.filter(entry__book__business_id=business).count()
    counts["wallets"] = Wallet.objects.filter(book__business_id=business).count()
    counts["books"] = Book.objects.filter(business_id=business).count()
    return counts


class TheDemo(TestCase):
    other: ClassVar[Business]
    fern: ClassVar[Business]
    pictures: ClassVar[list[int]]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.other = another_business()
        cls.fern = loading.load(now=NOW, password=loading.PASSWORD)
        files = [pictures.path_of(name) for name in (cls.fern.logo, cls.fern.photo)]
        cls.pictures = [file.stat().st_size for file in files if file is not None]

    def test_the_books_hold_and_every_event_is_settled(self) -> None:
        assert checking.faults() == []
        assert Event.objects.exclude(state=State.SETTLED).count() == 0

    def test_it_is_a_year_of_a_real_business_in_all_its_stages(self) -> None:
        assert (self.fern.currency, self.fern.timezone, self.fern.language) == ("USD", "America/Denver", "en")
        assert 200 <= Contact.objects.filter(business=self.fern).count() <= 240
        stages = Counter(Referral.objects.filter(business=self.fern).values_list("stage", flat=True))
        assert set(stages) == {"attributed", "consultation", "booked", "paid"}
        assert 75 <= sum(stages.values()) <= 100
        assert set(Referral.objects.filter(business=self.fern).values_list("how", flat=True)) == {
            "link", "name", "code", "partner_site",
        }  # fmt: skip
        scores = {score for scores in Job.objects.filter(business=self.fern).values_list("scores", flat=True)
                  for _, score in scores}  # fmt: skip
        assert scores == {1, 2, 3, 4, 5}
        assert Share.objects.filter(business=self.fern).count() >= 50
        assert Visit.objects.filter(business=self.fern).count() >= 50
        assert self.fern.programmes.get(slug="neighbours").revisions.count() == 3

    def test_every_scene_is_in_it(self) -> None:
        said = Decision.objects.filter(business=self.fern)
        refused = {code for codes in said.filter(kind="attribution_refused").values_list("codes", flat=True)
                   for code in codes}  # fmt: skip
        assert refused == {
            "unknown_referrer", "not_new", "self_referral", "referrer_blocked", "unknown_code", "already_referred",
        }  # fmt: skip
        wanted = {"granted", "reversed", "refused", "stage_lost", "spent", "merged", "problem", "referral_removed"}
        assert wanted <= set(said.values_list("kind", flat=True))
        assert Referral.objects.filter(business=self.fern, household=True).count() == 3
        rewards = set(Reward.objects.filter(business=self.fern).values_list("kind", "status"))
        assert rewards >= {
            ("custom", "redeemed"), ("custom", "declined"), ("gift_card", "redeemed"), ("cash", "redeemed"),
            ("points", "issued"), ("points", "redeemed"), ("service_credit", "reversed"), ("service_credit", "issued"),
            ("service_credit", "pending"), ("service_credit", "redeemed"), ("discount", "expired"),
        }  # fmt: skip
        assert Reward.objects.filter(business=self.fern, review=True, status="pending").exists()
        assert Contact.objects.filter(business=self.fern, complaint_open=True).count() == 1
        assert Contact.objects.filter(business=self.fern, name="Åsa Lindström", language="sv").count() == 1
        assert Contact.objects.filter(business=self.fern, name="ليلى حداد", language="ar").count() == 1

    def test_the_last_days_are_alive_and_no_old_message_waits_to_leave(self) -> None:
        waiting = Message.objects.filter(business=self.fern, state="queued")
        assert {"survey_request", "referral_invitation", "friend_welcome"} <= set(
            waiting.values_list("template", flat=True)
        )
        assert not waiting.filter(due_at__lt=NOW - timedelta(hours=3)).exists()
        assert Event.objects.filter(business=self.fern, time__gt=NOW - timedelta(days=1)).count() >= 15
        assert not Event.objects.filter(business=self.fern, time__gt=NOW).exists()

    def test_every_page_of_the_console_has_something_to_show(self) -> None:
        fern = self.fern
        assert set(Share.objects.filter(business=fern).values_list("source", flat=True)) == {
            "automatic", "technician", "staff", "customer",
        }  # fmt: skip
        states = set(Message.objects.filter(business=fern).values_list("state", flat=True))
        assert states == {"queued", "sent", "local", "held", "cancelled", "set_aside"}
        for asked in ("today", "yesterday"):
            day, _ = today.day_of(asked, business=fern, now=NOW)
            done = today.finished(business=fern, day=day)
            assert 5 <= len(done) <= 10, asked
            assert any(each.shared for each in done)
        assert {place.external_id for place in fern.locations.all()} == {"denver", "lakewood", "boulder"}
        assert set(Job.objects.filter(business=fern).values_list("location", flat=True)) >= {"denver", "boulder"}
        todos = Todo.objects.filter(business=fern)
        assert (todos.filter(done_at=None).count() >= 2, todos.exclude(done_at=None).count() >= 5) == (True, True)
        assert Wording.objects.filter(business=fern, template="referral_invitation", language="en").count() == 1
        assert Invitation.objects.filter(business=fern, accepted_at=None).count() == 1
        keys = dict(fern.api_keys.values_list("source", "revoked_at"))
        assert (keys["fieldbook"], keys["website"] is not None) == (None, True)
        people = set(Event.objects.filter(business=fern, actor__startswith="user:").values_list("actor", flat=True))
        assert people == {f"user:{email}" for email in (loading.OWNER, *loading.STAFF)}

    def test_it_is_a_well_run_business_with_a_few_things_to_do(self) -> None:
        told = waiting(business=self.fern, now=NOW)
        assert 1 <= told.rewards <= 8
        assert told.households == 1
        assert 1 <= told.problems + told.refused + told.messages <= 8
        assert told.set_aside == 0
        weeks = Counter(r.arrived_at.isocalendar()[:2] for r in Referral.objects.filter(business=self.fern))
        assert max(weeks.values()) <= 10
        figures = overview.year(business=self.fern, now=NOW)
        assert sum(figures.revenue) > 4 * sum(figures.cost) > 0

    def test_its_look_is_its_own_and_a_stranger_sees_it(self) -> None:
        assert len(self.pictures) == 2
        assert max(self.pictures) < 200_000
        board = self.client.get(f"/leaderboard/{self.fern.slug}")
        assert board.status_code == 200
        assert "Lawn Ranger" in board.content.decode()

    def test_its_people_can_be_nobody(self) -> None:
        told = Contact.objects.filter(business=self.fern)
        assert not told.exclude(phone=None).exclude(phone__regex=r"^\+1\d{3}55501\d{2}$").exists()
        assert not told.exclude(email=None).exclude(email__endswith=".example").exists()

    def test_its_owner_signs_in_with_the_password_that_is_documented(self) -> None:
        for email in (loading.OWNER, *loading.STAFF):
            assert self.client.login(email=email, password="goodword-demo"), email
        roles = dict(Membership.objects.filter(business=self.fern).values_list("user__email", "role"))
        assert {email.split("@")[0]: role for email, role in roles.items()} == {
            "demo": "owner", "admin": "admin", "manager": "manager", "office": "office", "tech": "technician",
            "crew": "technician", "books": "viewer",
        }  # fmt: skip

    def test_its_console_opens_on_every_page_and_a_friend_sees_the_gift(self) -> None:
        self.client.login(email=loading.OWNER, password=loading.PASSWORD)
        for page in ("", "referrals", "customers", "rewards", "messages", "programmes"):
            answer = self.client.get(f"/console/{page}")
            assert answer.status_code == 200, page
            assert "Fern Lawn Care" in answer.content.decode()
        referrer = Contact.objects.filter(business=self.fern, referrals_as_referrer__isnull=False).first()
        assert referrer is not None
        landing = self.client.get(f"/r/{referrer.code}")
        assert landing.status_code == 200
        assert "10% off" in landing.content.decode()
        assert referrer.name.split()[-1] not in landing.content.decode()

    def test_loading_again_says_that_it_is_there_and_changes_nothing(self) -> None:
        before = rows_of(self.fern.pk)
        with patch.object(demo_load, "call_command"):
            assert demo_load.run(cli.parser_of("demo load", demo_load).parse_args([])) == 0
        assert rows_of(self.fern.pk) == before
        assert Business.objects.filter(is_demo=True).count() == 1

    def test_removing_it_leaves_nothing_of_it_and_everything_of_the_other(self) -> None:
        before = rows_of(self.other.pk)
        there = rows_of(self.fern.pk)
        kept = ("business.Invitation", "business.Location", "business.ApiKey", "business.Setting", "people.Todo",
                "people.Consent", "outbox.Wording", "referrals.Visit")  # fmt: skip
        assert [label for label in kept if not there[label]] == []
        logo = pictures.keep(b"", folder=self.fern.public_id, which="logo")
        assert pictures.path_of(logo) is not None
        remove_demo(business=self.fern)
        assert set(rows_of(self.fern.pk).values()) == {0}
        assert pictures.path_of(logo) is None
        assert not Business.objects.filter(pk=self.fern.pk).exists()
        assert rows_of(self.other.pk) == before
        assert before["rewards.Reward"] == before["referrals.Referral"] == 1
        assert before["transfers"] == 1
        assert list(User.objects.values_list("email", flat=True)) == ["owner@syrsa.example"]
        assert seal.missing() == []
        assert checking.faults() == []
        connection.check_constraints()

    def test_a_half_loaded_demo_is_loaded_anew(self) -> None:
        Event.objects.filter(business=self.fern, external_id=loading.WHOLE).delete()
        assert not loading.is_whole(self.fern)
        with patch("goodword.worker.demo.loading.replay") as replayed:
            again = loading.load(now=NOW, password="another")
        assert replayed.call_count == 1
        assert not Business.objects.filter(pk=self.fern.pk).exists()
        assert loading.is_whole(again)
        assert self.client.login(email=loading.OWNER, password="another")

    def test_a_real_business_is_never_removed(self) -> None:
        before = rows_of(self.other.pk)
        asked = cli.parser_of("demo remove", demo_remove).parse_args(["--business", self.other.slug, "--yes"])
        with pytest.raises(Refused) as refusal:
            demo_remove.run(asked)
        assert refusal.value.code == "not_a_demo"
        assert rows_of(self.other.pk) == before
        assert seal.missing() == []

    def test_removing_asks_first(self) -> None:
        asked = cli.parser_of("demo remove", demo_remove).parse_args([])
        with patch("sys.stdin.isatty", return_value=True), patch("builtins.input", return_value="n"):
            assert demo_remove.run(asked) == 1
        with patch("sys.stdin.isatty", return_value=False), pytest.raises(Invalid) as refusal:
            demo_remove.run(asked)
        assert refusal.value.code == "unconfirmed"
        assert Business.objects.filter(pk=self.fern.pk).exists()
        with patch("sys.stdin.isatty", return_value=True), patch("builtins.input", return_value="yes"):
            assert demo_remove.run(asked) == 0
        assert not Business.objects.filter(pk=self.fern.pk).exists()


@pytest.mark.django_db
def test_without_a_demo_there_is_nothing_to_remove() -> None:
    assert demo_remove.run(cli.parser_of("demo remove", demo_remove).parse_args(["--yes"])) == 0
    with pytest.raises(NotFound):
        demo_remove.run(cli.parser_of("demo remove", demo_remove).parse_args(["--business", "nobody"]))


@pytest.mark.django_db
def test_an_account_that_the_demo_did_not_make_is_never_given_its_password() -> None:
    theirs = User.objects.create_user(loading.OWNER, "their own secret")
    with pytest.raises(Conflict) as refusal:
        loading.load(now=NOW, password=loading.PASSWORD)
    assert refusal.value.code == "demo_user_taken"
    theirs.refresh_from_db()
    assert theirs.check_password("their own secret")
    assert not Business.objects.exists()


def test_where_others_can_come_in_the_password_is_a_random_one() -> None:
    assert loading.password_for("http://127.0.0.1:8000") == loading.PASSWORD
    there = loading.password_for("https://refer.example.com")
    assert there != loading.PASSWORD
    assert len(there) >= 20
    assert there != loading.password_for("https://refer.example.com")


def test_the_same_hour_tells_the_same_story_and_nothing_lies_ahead() -> None:
    first, second = story(now=NOW), story(now=NOW)
    assert [moment.at for moment in first] == [moment.at for moment in second]
    assert [getattr(m, "raw", None) for m in first] == [getattr(m, "raw", None) for m in second]
    assert max(moment.at for moment in first) <= NOW


@pytest.mark.parametrize("month", range(1, 13))
def test_it_can_be_told_in_every_month_at_any_hour(month: int) -> None:
    for hour in (0, 9, 23):
        now = datetime(2027, month, 28, hour, 5, tzinfo=UTC)
        moments = story(now=now)
        assert now - timedelta(days=367) < moments[0].at < now - timedelta(days=363)
        assert len(moments) > 2500
