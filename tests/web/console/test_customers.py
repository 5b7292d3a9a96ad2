"""Customers: found by anything, their words kept, the link passed on, two made one, a statement that holds."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.ledger.opening import book_of
from goodword.ledger.statements import statement
from goodword.outbox.models import Message
from goodword.people.models import Consent, Contact
from goodword.referrals.models import Share
from goodword.reports.customers import customers, wallets_of, who
from goodword.web import paper
from goodword.work.models import Job
from tests.web.town import Town, just_asked, lived_in, signed_in

pytestmark = pytest.mark.django_db


def names(town: Town, text: str) -> list[str]:
    return [line.name for line in customers(business=town.business, text=text, now=town.now).rows]


def posted(client: Client, town: Town, page: str, name: str, data: dict[str, str]) -> Any:
    return client.post(reverse(f"console:{page}", args=[town.contact(name).public_id]), data)


@pytest.mark.requirement("R73")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("nystrom", "Dee Nyström"), ("NYSTRÖM dee", "Dee Nyström"), ("berg ann", "Ann Berg"), ("0142", "Ann Berg"),
        ("303 555-0142", "Ann Berg"), ("+1 (303) 555 0142", "Ann Berg"), ("555014", "Bob Haddad"),
        ("ann@berg", "Ann Berg"), ("birch", "Gus Öst"), ("12 BÍRCH", "Gus Öst"), ("ost", "Gus Öst"), ("zzz", None),
    ],
)  # fmt: skip
def test_a_customer_is_found_by_any_part_of_name_phone_mail_or_street(text: str, first: str | None) -> None:
    town = lived_in()
    town.person("Gus Öst", email="gus@elsewhere.example", address={"line1": "12 Birch Road", "city": "Denver"})
    found = names(town, text)
    assert (found[0] if found else None) == first


def test_the_code_finds_one_and_a_name_that_begins_so_comes_before_one_that_holds_it(town: Town) -> None:
    town.person("Oskar Hannah", phone="+13035550131")
    town.person("Hanna Zed", phone="+13035550132")
    town.person("Johanna Bee", phone="+13035550133")
    assert names(town, "hanna") == ["Hanna Zed", "Oskar Hannah", "Johanna Bee"]
    assert names(town, town.contact("Bob").code.lower()) == ["Bob Haddad"]
    assert [c.name for c in who(business=town.business, text="hanna zed")] == ["Hanna Zed"]


def test_a_search_is_paged_without_a_gap_or_a_repeat(town: Town) -> None:
    for n in range(35):
        town.person(f"Zo{n} One" if n % 2 else f"Mr{n} Zola", phone=f"+1303557{n:04}")
    first = customers(business=town.business, text="zo", now=town.now)
    second = customers(business=town.business, text="zo", after=first.next, now=town.now)
    seen = [line.id for line in [*first.rows, *second.rows]]
    assert (len(first.rows), len(second.rows), second.next) == (30, 5, "")
    assert len(set(seen)) == 35


def test_one_form_is_one_job_and_one_customer_however_often_it_is_pressed(town: Town, desk: Client) -> None:
    key = desk.get(reverse("console:customer_job", args=[town.contact("Cy").public_id])).context["form"].hidden["form"]
    for _ in range(2):
        posted(desk, town, "customer_job", "Cy", {"form": key, "status": "completed", "total": "10"})
    assert Job.objects.filter(contact=town.contact("Cy")).count() == 1
    before = Contact.objects.count()
    for _ in range(2):
        desk.post(reverse("console:customer_new"), {"form": "ab" * 8, "name": "Hal", "phone": "3035550134"})
    assert Contact.objects.count() == before + 1


@pytest.mark.requirement("R123")
@pytest.mark.parametrize(("role", "source"), [("technician", "technician"), ("office", "staff")])
def test_a_share_is_written_down_with_who_passed_it_on(role: str, source: str, town: Town) -> None:
    client = signed_in(town.staff(role))
    url = reverse("console:customer_share", args=[town.contact("Ann").public_id])
    assert client.post(url, {"channel": "sms"}, headers={"X-Quiet": "1"}).status_code == 204
    assert client.post(url, {"channel": "pigeon"}).status_code == 422
    without_script = client.post(url, {"channel": "copy"})
    assert without_script["Location"] == reverse("console:customer_link", args=[town.contact("Ann").public_id])
    assert list(Share.objects.values_list("source", "channel")) == [(source, "sms"), (source, "copy")]


@pytest.mark.requirement("R94")
@pytest.mark.parametrize(
    ("name", "event", "why"),
    [
        ("Cy", None, ""), ("Ann", None, "asked not long ago"), ("Eve", None, "The last score was low"),
        ("Cy", ("complaint.changed", {"open": True}), "A complaint is open"),
        ("Cy", ("consent.changed", {"channel": "any", "granted": False, "how": "phone"}), "does not want"),
    ],
)  # fmt: skip
def test_the_invitation_goes_by_hand_unless_something_stops_it(
    name: str, event: tuple[str, dict[str, Any]] | None, why: str, town: Town, desk: Client
) -> None:
    contact = town.contact(name)
    if event:
        data = {"contact": contact.public_id, **event[1]}
        submit(business=town.business, type=event[0], data=data, actor="a", now=town.now)
    sent = Message.objects.filter(template="referral_invitation").count()
    page = desk.get(reverse("console:customer", args=[contact.public_id])).context
    assert why in page["why_not"]
    posted(desk, town, "customer_invite", name, {})
    assert Message.objects.filter(template="referral_invitation").count() == sent + (not why)
    assert Share.objects.filter(contact=contact).count() == (not why)


def test_consent_is_kept_by_channel_with_who_how_and_when(town: Town, desk: Client) -> None:
    refused = posted(desk, town, "customer_consent", "Ann", {"channel": "sms", "granted": "no", "how": ""})
    assert refused.status_code == 422
    assert Consent.objects.count() == 0
    posted(desk, town, "customer_consent", "Ann", {"channel": "leaderboard", "granted": "yes", "how": "at the visit"})
    posted(desk, town, "customer_consent", "Ann", {"channel": "any", "granted": "no", "how": "by phone"})
    told = desk.get(reverse("console:customer", args=[town.contact("Ann").public_id]) + "?tab=details").context
    assert {each["channel"]: each["granted"] for each in told["consents"]} == {
        "sms": False, "email": False, "leaderboard": True,
    }  # fmt: skip
    assert (told["said"][0]["how"], told["said"][0]["actor"]) == ("by phone", town.owner.email)
    assert told["customer"]["ask_stopped"] == "The customer does not want to be written to."


def test_details_change_only_where_they_were_changed_and_referred_by_is_locked(town: Town, desk: Client) -> None:
    url = reverse("console:customer_edit", args=[town.contact("Bob").public_id])
    form = desk.get(url).context
    assert "Referred by Ann Berg" in form["form"].notes[0]
    sent = {row["name"]: row["value"] for row in form["rows"]}
    wrong = desk.post(url, sent | {"phone": "12", "email": "nobody"})
    assert {row["name"] for row in wrong.context["rows"] if row["errors"]} == {"phone", "email"}
    desk.post(url, sent | {"phone": "(303) 555-0171", "tags": "gold, early", "address": "1 Elm St\nDenver"})
    bob = town.contact("Bob")
    assert (bob.phone, bob.tags, bob.name) == ("+13035550171", ["gold", "early"], "Bob Haddad")
    told = Event.objects.filter(source="goodword", type="contact.saved").latest("pk").data["contact"]
    assert sorted(told) == ["address", "external_id", "phone", "tags"]


def test_block_complaint_and_alias_are_kept_as_commands(town: Town, desk: Client) -> None:
    for page, data in (("customer_block", {}), ("customer_complaint", {}), ("customer_alias", {"alias": "Green Ann"})):
        assert posted(desk, town, page, "Ann", data).status_code == 302
    ann = town.contact("Ann")
    assert (ann.blocked, ann.complaint_open, ann.alias) == (True, True, "Green Ann")
    assert posted(desk, town, "customer_alias", "Ann", {"alias": "x" * 41}).status_code == 422
    posted(desk, town, "customer_block", "Ann", {})
    assert town.contact("Ann").blocked is False


@pytest.mark.requirement("R79")
def test_two_records_become_one_after_showing_what_moves(town: Town, desk: Client) -> None:
    cy, bob = town.contact("Cy"), town.contact("Bob")
    url = reverse("console:customer_merge", args=[cy.public_id])
    assert [each["id"] for each in desk.get(url + "?q=haddad").context["found"]] == [bob.public_id]
    shown = desk.get(f"{url}?other={bob.public_id}").context["moves"]
    assert (shown.referrals, shown.jobs, shown.rewards) == (1, 1, 1)
    assert desk.post(url, {"other": cy.public_id}).status_code == 422
    desk.post(url, {"other": bob.public_id})
    bob.refresh_from_db()
    assert bob.merged_into_id == cy.pk


@pytest.mark.requirement("R72")
def test_a_statement_s_totals_are_the_ledger_s_to_the_unit(town: Town, desk: Client) -> None:
    ann = town.contact("Ann")
    books = statement(book=book_of(business=town.business.pk), wallets=wallets_of(ann))
    told = desk.get(reverse("console:customer_statement", args=[ann.public_id])).context["parts"]
    assert {(p["closing"].asset, p["closing"].units) for p in told} == {(a, n) for (_k, a), n in books.closing.items()}
    for part in told:
        assert part["opening"].units + sum(line["change"].units for line in part["lines"]) == part["closing"].units
    assert told[0]["lines"][0]["cause"] == "Earned for recommending Bob Haddad"
    answer = desk.get(reverse("console:customer_statement_csv", args=[ann.public_id]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a streamed answer
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[-1] for row in rows if row[3] == "Closing balance" and row[1] == "USD"] == ["35.00"]
    later = desk.get(reverse("console:customer_statement", args=[ann.public_id]) + "?period=dates&from=2999-01-01")
    assert later.context["parts"][0]["opening"] == later.context["parts"][0]["closing"]


def printed(box: Any) -> str:
    """Return the words of a page as they were laid out, line by line."""
    return str(getattr(box, "text", "")) + " ".join(printed(child) for child in getattr(box, "children", ()))


@pytest.mark.skipif(bool(paper.missing()), reason="Pango is not on this machine")
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Statement", "Service credit", "Opening balance", "Earned for recommending", "$35")),
        ("sv", ("Kontoutdrag", "Ingående saldo", "35 US$")),
        ("ar", ("كشف الحساب", "الرصيد الافتتاحي", "35 US$")),
    ],
)
def test_the_pdf_says_what_the_page_says(
    lang: str, words: tuple[str, ...], town: Town, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents: list[Any] = []
    whole = paper.laid_out

    def kept(template: str, context: Any, *, lang: str = "") -> Any:
        documents.append(whole(template, context, lang=lang))
        return documents[-1]

    monkeypatch.setattr(paper, "laid_out", kept)
    desk.cookies["django_language"] = lang
    ann = town.contact("Ann")
    assert desk.get(reverse("console:customer_statement_pdf", args=[ann.public_id])).status_code == 200
    (document,) = documents
    said = " ".join(" ".join(printed(page._page_box) for page in document.pages).split())
    missing = [word for word in ("Fern Lawn Care", "Ann Berg", "Bob Haddad", *words) if word not in said]
    assert missing == [], said
    assert "Cy Stranger" not in said


@pytest.mark.skipif(bool(paper.missing()), reason="Pango is not on this machine")
def test_the_statement_is_a_pdf_in_three_languages_and_asks_nothing_of_any_network(town: Town, desk: Client) -> None:
    for lang in ("en", "sv", "ar"):
        desk.cookies["django_language"] = lang
        with translation.override(lang):
            answer = desk.get(reverse("console:customer_statement_pdf", args=[town.contact("Ann").public_id]))
        assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    for url in ("https://example.com/x.css", "file:///etc/passwd", "static:../settings.py", "media:../../etc/passwd"):
        with pytest.raises(ValueError):
            paper.path_of(url)


def test_without_pango_the_page_says_what_to_install(town: Town, desk: Client, monkeypatch: Any) -> None:
    def lacking(*_a: Any, **_k: Any) -> bytes:
        raise paper.PaperMissing

    monkeypatch.setattr(paper, "pdf", lacking)
    answer = desk.get(reverse("console:customer_statement_pdf", args=[town.contact("Ann").public_id]))
    assert answer.status_code == 503
    assert "libpango-1.0-0" in answer.content.decode()


def test_the_export_holds_all_of_the_person_and_nothing_of_a_stranger(town: Town, desk: Client) -> None:
    answer = posted(just_asked(desk), town, "customer_export", "Ann", {})
    whole = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert whole.testzip() is None
    read = {name: whole.read(name).decode() for name in whole.namelist()}
    assert json.loads(read["json/profile.json"])[0]["email"] == "ann@berg.example"
    assert len(json.loads(read["json/referrals.json"])) == 2
    assert "ann@berg.example" in read["csv/profile.csv"]
    assert not any("Cy Stranger" in text for text in read.values())
    assert Event.objects.get(type="contact.exported").actor == f"user:{town.owner.email}"


@pytest.mark.parametrize("page", ["customer_export", "customer_erase"])
def test_an_export_and_an_erasure_ask_for_the_password_once_more(page: str, town: Town) -> None:
    town.owner.set_password("a good long password")
    town.owner.save()
    client, ann = signed_in(town.owner), town.contact("Ann")
    url = reverse(f"console:{page}", args=[ann.public_id])
    first = client.post(url, {"reason": "asked", "confirm": "Ann Berg"})
    assert first["Location"].startswith("/accounts/reauthenticate/?next=")
    wrong = client.post(first["Location"], {"password": "a bad long password", "next": url})
    assert wrong.status_code == 200
    assert not Event.objects.filter(type__in=["contact.exported", "contact.erased"]).exists()
    done = client.post(first["Location"], {"password": "a good long password", "next": url})
    kind = "contact.exported" if page == "customer_export" else "contact.erased"
    assert Event.objects.get(type=kind).actor == f"user:{town.owner.email}"
    assert "no-store" in done["Cache-Control"]
    done.close()


@pytest.mark.parametrize(("page", "field"), [("block", "blocked"), ("complaint", "complaint_open")])
def test_a_button_pressed_twice_is_done_and_not_undone(page: str, field: str, town: Town, desk: Client) -> None:
    url = reverse(f"console:customer_{page}", args=[town.contact("Ann").public_id])
    for wanted in (True, False):
        hidden = re.search(r'name="to" value="(yes|no)"', desk.get(url).content.decode())
        assert hidden is not None
        for _ in range(2):
            assert desk.post(url, {"to": hidden[1]}).status_code == 302
        assert getattr(town.contact("Ann"), field) is wanted


def test_erasing_asks_for_the_name_and_leaves_an_erased_customer_everywhere(town: Town, desk: Client) -> None:
    ann = town.contact("Ann")
    wrong = posted(desk, town, "customer_erase", "Ann", {"reason": "asked", "confirm": "Bob"})
    assert wrong.status_code == 422
    assert town.contact("Ann").erased_at is None
    assert "There is still $35 in hand" in wrong.content.decode()
    posted(just_asked(desk), town, "customer_erase", "Ann", {"reason": "asked", "confirm": "ann  BERG"})
    for page in ("customers", "referrals", "rewards", "messages"):
        body = desk.get(reverse(f"console:{page}")).content.decode()
        assert "Ann Berg" not in body
        assert page == "messages" or "Erased customer" in body
    assert Client().get(f"/r/{ann.code}").status_code == 200
    assert "Ann" not in Client().get(f"/r/{ann.code}").content.decode()
    for tab in ("", "value", "friends", "work", "messages", "history", "details"):
        body = desk.get(reverse("console:customer", args=[ann.public_id]) + f"?tab={tab}").content.decode()
        assert "berg.example" not in body
        assert "&lt;" not in body
    assert names(town, "berg") == []


@pytest.mark.parametrize("tab", ["", "value", "friends", "work", "messages", "history", "details", "nonsense"])
def test_every_part_of_the_client_log_opens_with_few_statements(
    tab: str, town: Town, desk: Client, django_assert_max_num_queries: Any
) -> None:
    url = reverse("console:customer", args=[town.contact("Ann").public_id]) + f"?tab={tab}"
    desk.get(url)
    with django_assert_max_num_queries(45):
        assert desk.get(url).status_code == 200
