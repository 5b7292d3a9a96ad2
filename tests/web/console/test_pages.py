"""What the office sees and does, page by page."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.programmes.models import Programme
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.work.models import Job
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
LISTS = ("overview", "referrals", "customers", "rewards", "messages", "problems", "programmes")


def body(client: Client, name: str, *ids: str, query: str = "") -> str:
    answer = client.get(reverse(f"console:{name}", args=ids) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as told:
        body(client, name)
    return len(told)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_statements_for_many_rows_as_for_few(name: str, town: Town, desk: Client) -> None:
    body(desk, name)  # what is read once and kept, is read
    few = queries(desk, name)
    code = town.contact("Bob").code
    for n in range(12):
        ago = timedelta(days=20, hours=n)
        known = {"external_id": f"x{n}", "name": f"Xeno {n}", "phone": f"+1303557{n:04}", "referred_by": {"code": code}}
        town.tell("contact.saved", {"contact": known}, ago=ago)
        town.job(f"x{n}", "paid", total=10000, ago=ago - timedelta(minutes=5))
    assert queries(desk, name) == few
    assert few <= (28 if name == "overview" else 25)  # it looks at everything


def test_the_overview_tells_the_month_and_what_waits(town: Town, desk: Client) -> None:
    told = desk.get(reverse("console:overview")).context
    values = [stat["value"] for stat in told["stats"]]
    assert values[0] == 2  # Bob and Dee
    assert (values[1].units, values[1].asset) == (18000, "USD")  # Bob's job; Ann's own is nobody's referral
    assert values[2].units == 1000 + 2500 + 4000 + 2 * 5000  # booked, invoiced, treat, two welcomes at their worth
    assert values[3].units == 3500  # credit in Ann's hands; rights are worth nothing in the books
    assert [row["count"] for row in told["chart_rows"]][-1] == 2
    assert len(told["chart_rows"]) == 12
    assert [item["title"] for item in told["waiting"]] == ["1 reward to hand over", "1 claim not counted"]
    assert told["chart_total"]["revenue"].units == 18000
    assert told["steps"] == []


@pytest.mark.requirement("R116")
def test_the_overview_is_about_the_stretch_of_time_that_is_asked_for(town: Town, desk: Client) -> None:
    def told(query: str) -> tuple[str, int, int]:
        context = desk.get(reverse("console:overview") + query).context
        return context["chart_by"], len(context["chart_rows"]), context["chart_total"]["count"]

    assert told("?period=all")[2] == 2
    assert told("?period=dates&from=2019-01-01&to=2019-01-31") == ("day", 31, 0)
    assert told("?period=dates&from=2019-01-01&to=2019-06-30") == ("month", 6, 0)
    assert told("?period=dates&from=nonsense")[2] == 2
    day = timezone.localdate(timezone=ZoneInfo("America/Denver"))
    week = f"?period=dates&from={day - timedelta(days=6)}&to={day}"
    assert told(week) == ("day", 7, 2)
    total = desk.get(reverse("console:overview") + week).context["chart_total"]
    assert (total["revenue"].units, total["cost"].units) == (18000, 17500)


def test_the_overview_says_what_happened_and_leads_there(town: Town, desk: Client) -> None:
    reward = Reward.objects.get(business=town.business, rule="treat")
    data = {"reward": reward.public_id, "status": "issued", "reason": "Friday"}
    submit(business=town.business, type="reward.status_changed", data=data, actor="user:sofia", now=town.now)
    happened = desk.get(reverse("console:overview")).context["happened"]
    first = next(item for item in happened if "Friday" in item["detail"])
    assert first["title"] == "Reward issued: “One weed treatment”"
    assert first["detail"] == "Ann Berg · Friday (sofia)"
    assert first["url"] == reverse("console:reward", args=[reward.public_id])
    assert "Dee Nyström arrived, sent by Ann Berg" in [item["title"] for item in happened]


def test_a_new_business_is_told_its_first_steps_and_a_viewer_gets_no_dead_links() -> None:
    bare = found("Bare", programme="")
    steps = signed_in(bare.owner).get(reverse("console:overview")).context["steps"]
    assert [(step["done"], bool(step["url"])) for step in steps] == [(False, True)] * 3
    viewer = signed_in(bare.staff("viewer"))
    steps = viewer.get(reverse("console:overview")).context["steps"]
    assert [bool(step["url"]) for step in steps] == [False, False, True]
    bare.person("Ann Berg")
    steps = viewer.get(reverse("console:overview")).context["steps"]
    assert [step["done"] for step in steps] == [False, True, False]


def test_every_link_of_the_overview_leads_somewhere_for_every_role(town: Town) -> None:
    for role in ("owner", "office", "viewer"):
        client = signed_in(town.staff(role))
        context = client.get(reverse("console:overview")).context
        places = [item["url"] for name in ("waiting", "stats", "steps", "happened") for item in context[name]]
        assert places
        for url in {place for place in places if place}:
            assert client.get(url).status_code == 200, (role, url)


def test_referrals_are_narrowed_by_stage_state_and_words_and_paged(town: Town, desk: Client) -> None:
    def names(query: str) -> list[str]:
        return [row.friend_name for row in desk.get(reverse("console:referrals") + query).context["referrals"]]

    assert names("") == ["Dee Nyström", "Bob Haddad"]
    assert names("?stage=paid") == ["Bob Haddad"]
    assert names("?stage=arrived") == ["Dee Nyström"]
    assert names("?state=rewarded") == ["Bob Haddad"]
    assert names("?state=removed") == []
    assert names("?q=nyst") == ["Dee Nyström"]
    assert names("?q=0143") == ["Bob Haddad"]
    assert names("?stage=nonsense&after=nonsense") == ["Dee Nyström", "Bob Haddad"]
    first = Referral.objects.latest("pk")
    assert names(f"?after={first.pk}") == ["Bob Haddad"]
    counted = desk.get(reverse("console:referrals")).context["pipeline"]
    assert {step["stage"]: step["count"] for step in counted if step["count"]} == {"arrived": 1, "paid": 1}


def test_a_long_list_has_a_next_page_that_ends(town: Town, desk: Client) -> None:
    for n in range(31):
        town.person(f"N{n} Person", phone=f"+1303558{n:04}")
    seen, url, pages = [], reverse("console:customers"), 0
    while url:
        told = desk.get(url).context
        seen += [line.id for line in told["customers"]]
        url, pages = (reverse("console:customers") + told["next_url"]) if told["next_url"] else "", pages + 1
    assert pages == 2
    assert len(seen) == len(set(seen)) == Contact.objects.filter(business=town.business).count()


def test_a_referral_tells_its_promise_its_reasons_and_what_happened(town: Town, desk: Client) -> None:
    told = desk.get(reverse("console:referral", args=[Referral.objects.earliest("pk").public_id])).context
    assert told["referral"]["ordinal"] == 1
    sentences = [decision["sentence"] for decision in told["decisions"]]
    assert any(said.startswith("Ann Berg gets $25.00 of account credit.") for said in sentences)
    assert any(said.startswith("Bob Haddad gets 10% off a later visit") for said in sentences)
    (promise,) = told["promises"]
    assert (promise.programme, promise.revision) == ("Neighbours of Fern Lawn Care", 1)
    titles = [item["title"] for item in told["timeline"]]
    assert titles.index("Paid") < titles.index("Invoiced") < titles.index("Booked")
    assert titles[-1] == "Bob Haddad arrived, sent by Ann Berg"
    with translation.override("sv"):
        said = body(desk, "referral", Referral.objects.earliest("pk").public_id)
    assert "Ann Berg" in said


def test_the_console_speaks_the_language_that_was_chosen(town: Town, desk: Client) -> None:
    desk.cookies["django_language"] = "ar"
    page = body(desk, "referral", Referral.objects.earliest("pk").public_id)
    assert '<html lang="ar" dir="rtl"' in page
    assert "Why it was decided so" not in page


def test_a_customer_shows_link_balances_with_their_causes_and_referrals_both_ways(town: Town, desk: Client) -> None:
    ann, bob = town.contact("Ann"), town.contact("Bob")
    told = desk.get(reverse("console:customer", args=[ann.public_id])).context
    assert told["customer"]["link"].endswith(f"/r/{ann.code}")
    credit = told["balances"][0]
    assert (credit["redeemable"].units, credit["pending"].units) == (3500, 0)
    assert sorted((lot["amount"].units, lot["cause"]) for lot in credit["lots"]) == [
        (1000, "For recommending Bob Haddad"), (2500, "For recommending Bob Haddad"),
    ]  # fmt: skip
    assert [row.friend_name for row in told["referrals"]] == ["Dee Nyström", "Bob Haddad"]
    assert told["referred_by"] is None
    ways = {way["text"]: way["url"] for way in told["share"]}
    assert ways["Text message"].startswith("sms:+13035550142?")
    assert ways["WhatsApp"].startswith("https://wa.me/13035550142?text=")
    other = desk.get(reverse("console:customer", args=[bob.public_id])).context
    assert other["referred_by"]["name"] == "Ann Berg"
    assert other["can_attribute"] is False


@pytest.mark.requirement("R96")
def test_an_unhappy_customer_s_page_says_why_nothing_is_asked(town: Town, desk: Client) -> None:
    told = desk.get(reverse("console:customer", args=[town.contact("Eve").public_id])).context
    assert told["customer"]["ask_stopped"] == "The last score was low. Nothing is asked of an unhappy customer."
    ann = desk.get(reverse("console:customer", args=[town.contact("Ann").public_id])).context
    assert ann["customer"]["ask_stopped"] == ""


def test_a_merged_customer_s_page_leads_to_the_survivor(town: Town, desk: Client) -> None:
    gone = town.contact("Cy").public_id
    town.tell("contact.merged", {"from": "cy", "into": "bob"})
    answer = desk.get(reverse("console:customer", args=[gone]))
    assert answer["Location"] == reverse("console:customer", args=[town.contact("Bob").public_id])


def test_a_new_customer_needs_a_name_and_a_way_to_be_reached(town: Town, desk: Client) -> None:
    url, before = reverse("console:customer_new"), Contact.objects.count()
    faults = desk.post(url, {"name": "", "phone": ""}).context["rows"]
    assert {row["name"]: len(row["errors"]) for row in faults} == {
        "name": 1, "phone": 0, "email": 0, "language": 0, "referrer": 0,
    }  # fmt: skip
    assert desk.post(url, {"name": "Gil"}).status_code == 422
    assert Contact.objects.count() == before
    made = desk.post(url, {"name": "Gil Costa", "phone": "303 555 0111", "referrer": "Ann Berg"})
    gil = town.contact("Gil")
    assert made["Location"] == reverse("console:customer", args=[gil.public_id])
    assert gil.phone == "+13035550111"
    assert Referral.objects.get(friend=gil).referrer == town.contact("Ann")


def test_a_job_is_recorded_by_hand_and_moves_on_as_the_same_job(town: Town, desk: Client) -> None:
    cy = town.contact("Cy")
    url = reverse("console:customer_job", args=[cy.public_id])
    wrong = desk.post(url, {"status": "completed", "total": "a lot"})
    assert wrong.status_code == 422
    assert Job.objects.filter(contact=cy).count() == 0
    desk.post(url, {"status": "completed", "total": "99.50", "services": "Hedge"})
    job = Job.objects.get(contact=cy)
    assert (job.status, job.total, job.services) == ("completed", 9950, ["Hedge"])
    desk.post(url, {"job": job.public_id, "status": "paid", "total": "99,50"})
    job.refresh_from_db()
    assert (job.status, job.total, job.services) == ("paid", 9950, ["Hedge"])
    assert Job.objects.filter(contact=cy).count() == 1


@pytest.mark.requirement("R98")
def test_a_score_given_by_word_of_mouth_invites_the_happy_and_only_them(town: Town, desk: Client) -> None:
    for name, score, invited in (("Cy", "5", 1), ("Fay", "3", 0)):
        contact = town.contact(name)
        desk.post(reverse("console:customer_job", args=[contact.public_id]), {"status": "completed"})
        job = Job.objects.get(contact=contact)
        url = reverse("console:customer_score", args=[contact.public_id])
        desk.post(url, {"job": job.public_id, "score": "9"})
        job.refresh_from_db()
        assert job.scores == []
        desk.post(url, {"job": job.public_id, "score": score})
        job.refresh_from_db()
        assert [given for _at, given in job.scores] == [int(score)]
        assert Message.objects.filter(contact=contact, template="referral_invitation").count() == invited


def test_a_problem_is_seen_to_once_and_leaves_the_list(town: Town, desk: Client) -> None:
    (problem,) = desk.get(reverse("console:problems")).context["problems"]
    assert (problem["code"], problem["title"]) == ("unknown_code", "A claim for Fay Unknown was not counted")
    url = reverse("console:problem_close", args=[problem["id"]])
    for _twice in range(2):
        assert desk.post(url).status_code == 302
    assert Event.objects.filter(type="problem.closed").count() == 1
    assert desk.get(reverse("console:problems")).context["problems"] == []
    (done,) = desk.get(reverse("console:problems") + "?state=done").context["problems"]
    assert done["can_close"] is False
    assert desk.post(reverse("console:problem_close", args=["x"])).status_code == 404


def test_problems_tells_who_guesses_vouchers(town: Town, desk: Client) -> None:
    for by, said in (
        ("key:till-2", "It came by the API key of “till-2”."),
        ("user:o@example.com", "It was o@example.com."),
        ("public", "It was a visitor of the public page."),
    ):
        submit(business=town.business, type="voucher.guessing_noticed", data={"by": by}, actor="", now=town.now)
        problem = desk.get(reverse("console:problems")).context["problems"][0]
        assert problem["title"] == "Somebody is guessing vouchers"
        assert problem["detail"] == f"Too many numbers and codes were asked for that nobody was given. {said}"
        assert problem["can_close"]


def test_a_set_aside_event_is_tried_again(town: Town, desk: Client) -> None:
    event = Event.objects.filter(business=town.business, type="job.saved").earliest("pk")
    Event.objects.filter(pk=event.pk).update(state="set_aside", error="KeyError: 'x'\nlong story", attempts=5)
    shown = desk.get(reverse("console:problems")).context["problems"][0]
    assert (shown["severity"], shown["detail"]) == ("error", "KeyError: 'x'")
    desk.post(reverse("console:problem_retry", args=[event.public_id]))
    event.refresh_from_db()
    assert event.state == "settled"
    assert desk.post(reverse("console:problem_retry", args=[event.public_id])).status_code == 404


def test_messages_are_shown_word_for_word_and_a_failed_one_is_sent_again(town: Town, desk: Client) -> None:
    thanks = Message.objects.filter(template="reward_issued").latest("pk")
    letters = {letter["id"]: letter for letter in desk.get(reverse("console:messages")).context["outbox"]}
    assert letters[thanks.public_id]["body"] == thanks.body
    Message.objects.filter(pk=thanks.pk).update(state="set_aside", note="no such number", attempts=5)
    (failed,) = desk.get(reverse("console:messages") + "?state=failed").context["outbox"]
    assert (failed["error"], failed["can_retry"]) == ("no such number", True)
    desk.post(reverse("console:message_retry", args=[thanks.public_id]))
    thanks.refresh_from_db()
    assert (thanks.state, thanks.attempts) == ("queued", 0)


def test_a_programme_is_drafted_told_its_faults_by_line_and_published(desk: Client, town: Town) -> None:
    new = desk.get(reverse("console:programme_new")).context["text"]
    wrong = desk.post(reverse("console:programme_new"), {"text": new.replace("12 months", "12 moons")})
    assert wrong.status_code == 422
    (fault,) = wrong.context["faults"]
    assert (fault["line"], fault["key"]) == (13, "rules[0].expires")
    assert Programme.objects.filter(slug="friends").count() == 0
    desk.post(reverse("console:programme_new"), {"text": new})
    draft = desk.get(reverse("console:programme_draft", args=["friends"])).context
    assert draft["can_publish"] is True
    assert any("10% off" in said for said in draft["terms"])
    desk.post(reverse("console:programme_publish", args=["friends"]))
    told = desk.get(reverse("console:programme", args=["friends"])).context
    assert (told["programme"]["revision"], told["programme"]["draft"]) == (1, False)
    assert Programme.objects.get(slug="friends").revisions.get().published_by == f"user:{town.owner.email}"
    renamed = {"text": new.replace("id: friends", "id: x")}
    other = desk.post(reverse("console:programme_draft", args=["friends"]), renamed)
    assert other.status_code == 422


def test_a_business_with_nothing_yet_has_pages_that_say_what_comes() -> None:
    fresh = found("New Leaf", programme="")
    client = signed_in(fresh.owner)
    for name in LISTS:
        assert client.get(reverse(f"console:{name}")).status_code == 200, name
    assert "Nothing is promised yet" in body(client, "programmes")
    assert Decision.objects.count() == 0
