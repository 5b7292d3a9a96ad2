"""Messages at the console: what waits and why, one message, the wording and a test of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from goodword.flow.deliver import follow_up
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.outbox.addressing import NO_ADDRESS, OPTED_OUT
from goodword.outbox.models import Message, Wording
from goodword.outbox.templates import TEMPLATES
from goodword.vouchers.finding import code_of
from goodword.vouchers.models import Sale
from goodword.web.console.letter_words import CAUSES, NAMES, NOTES, VARIABLES, note_of
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3] / "goodword"
EDIT = {"act": "save", "subject": "For you", "body": "Dear {first_name}\nYour link: {link}"}


def page(client: Client, name: str, *ids: str, query: str = "") -> str:
    answer = client.get(reverse(f"console:{name}", args=ids) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_waits_is_counted_by_its_reason_and_each_leads_to_its_messages(town: Town, desk: Client) -> None:
    keys = list(Message.objects.filter(business=town.business).values_list("pk", flat=True))
    Message.objects.filter(pk=keys[0]).update(state="local")
    Message.objects.filter(pk=keys[1]).update(state="held", note=OPTED_OUT)
    Message.objects.filter(pk=keys[2]).update(state="held", note=NO_ADDRESS)
    Message.objects.filter(pk=keys[3]).update(state="set_aside", note="the mail server refuses the address (550)")
    Message.objects.filter(pk__in=keys[4:]).update(state="sent")
    told = desk.get(reverse("console:messages")).context
    assert [(reason["url"], reason["count"]) for reason in told["reasons"]] == [
        (f"?state={name}#list", 1) for name in ("local", "failed", "no_address", "opted_out")
    ]
    for name in ("local", "failed", "no_address", "opted_out"):
        assert len(desk.get(reverse("console:messages") + f"?state={name}").context["outbox"]) == 1
    assert "The mail server refuses the address (550)." in page(desk, "messages", query="?state=failed")


def test_messages_are_narrowed_by_template_channel_language_period_and_words(town: Town, desk: Client) -> None:
    def count(query: str) -> int:
        return len(desk.get(reverse("console:messages") + query).context["outbox"])

    every = Message.objects.filter(business=town.business).count()
    assert count("") == count("?period=year") == count("?language=en") == every
    assert count("?language=ar") == count("?period=dates&to=2001-01-01") == count("?q=nobody") == 0
    assert count("?channel=email") + count("?channel=sms") == every
    assert count("?template=referral_invitation") == 1
    assert count("?q=ann&template=referral_invitation&state=waiting&channel=sms") == 1
    assert "Nothing matches" in page(desk, "messages", query="?q=zzz")


def test_one_message_tells_its_history_and_can_be_sent_by_hand(town: Town, desk: Client) -> None:
    message = Message.objects.filter(business=town.business, channel="sms").earliest("pk")
    Message.objects.filter(pk=message.pk).update(state="local", sent_at=town.now)
    body = page(desk, "message", message.public_id)
    assert f"sms:{message.to}?&amp;body=" in body
    assert "Mark as sent by me" in body
    desk.post(reverse("console:message_sent", args=[message.public_id]))
    message.refresh_from_db()
    assert message.state == "sent"
    body = page(desk, "message", message.public_id)
    assert "Sent by hand" in body
    assert town.owner.email in body
    assert "Mark as sent by me" not in body
    viewer = signed_in(town.staff("viewer"))
    assert viewer.post(reverse("console:message_sent", args=[message.public_id])).status_code == 403


def test_lists_of_messages_take_a_bounded_number_of_statements(town: Town, desk: Client) -> None:
    def statements(name: str, *ids: str) -> int:
        with CaptureQueriesContext(connection) as told:
            page(desk, name, *ids)
        return len(told)

    message = Message.objects.filter(business=town.business).earliest("pk").public_id
    for name, ids, most in (("messages", (), 10), ("message", (message,), 12), ("wordings", (), 9)):
        page(desk, name, *ids)
        assert statements(name, *ids) <= most, name
    assert statements("wording", "reward_issued.en") <= 12


@pytest.mark.requirement("R94", "R99")
def test_words_are_previewed_saved_used_by_the_next_message_and_taken_back(town: Town, desk: Client) -> None:
    address = reverse("console:wording", args=["referral_invitation.en"])
    shown = desk.post(address, EDIT | {"act": "preview"})
    assert shown.context["preview"]["full"].body.startswith("Dear Sarah\nYour link: ")
    assert not Wording.objects.exists()
    assert desk.post(address, EDIT).status_code == 302
    town.now = timezone.now()
    town.person("Gus Green", phone="+13035550111")
    town.job("gus", "paid", total=100)
    town.tell("survey.answered", {"survey": {"job": "j-gus", "contact": "gus", "score": 5}})
    asked = Message.objects.get(business=town.business, template="referral_invitation", contact=town.contact("Gus"))
    assert asked.body.startswith("Dear Gus\nYour link: ")
    assert "own words" in page(desk, "wordings")
    ours = reverse("console:wording_ours", args=["referral_invitation.en"])
    assert "Go back to the original words?" in desk.get(ours).content.decode()
    desk.post(ours)
    assert desk.get(address).context["own"] is None


def test_a_fault_stands_beside_its_field_and_nothing_written_is_lost(town: Town, desk: Client) -> None:
    answer = desk.post(reverse("console:wording", args=["referral_invitation.en"]), EDIT | {"body": "Dear {surname}"})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "This message has no variable {surname}." in body
    assert "The message makes no sense without {link}." in body
    assert ">Dear {surname}</textarea>" in body
    assert not Wording.objects.exists()
    assert desk.get(reverse("console:wording", args=["referral_invitation.de"])).status_code == 404
    assert desk.get(reverse("console:wording", args=["nonsense.en"])).status_code == 404


def test_a_test_is_shown_or_refused_beside_its_field(town: Town, desk: Client) -> None:
    address = reverse("console:wording_test", args=["referral_invitation.en"])
    answer = desk.post(address, EDIT | {"act": "sms", "to": "(303) 555-0142"})
    assert "TEST – no customer gets this." in answer.content.decode()
    assert desk.post(address, EDIT | {"act": "sms", "to": "x"}).status_code == 422
    assert desk.post(address, EDIT | {"act": "email", "body": "no link"}).status_code == 422
    assert Message.objects.filter(body__contains="TEST").count() == 0


@pytest.mark.parametrize("lang", ["en", "sv", "ar"])
def test_every_message_reads_in_every_language(lang: str, desk: Client) -> None:
    for template in TEMPLATES:
        told = desk.get(reverse("console:wording", args=[f"{template}.{lang}"])).context
        assert told["faults"] == []
        assert all(variable["example"] for variable in told["variables"])


def test_every_message_variable_and_note_has_words() -> None:
    assert set(NAMES) == set(CAUSES) == set(TEMPLATES)
    assert {name for made in TEMPLATES.values() for name in made.variables} == set(VARIABLES)
    noted = {OPTED_OUT, NO_ADDRESS}
    for path in [*(ROOT / "flow").rglob("*.py"), *(ROOT / "outbox").rglob("*.py"), *(ROOT / "worker").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") != "Cause":  # a note in the books
                noted |= {k.value.value for k in node.keywords if k.arg == "note" and isinstance(k.value, ast.Constant)}
                if getattr(node.func, "id", "") in ("Verdict", "Undeliverable"):
                    noted |= {a.value for a in node.args if isinstance(a, ast.Constant)}
    noted |= {"a friend has come already", "reminders were switched off"}
    assert {note for note in noted if note} <= set(NOTES)
    with translation.override("sv"):
        assert note_of("attempt 2: TimeoutError: slow") == "Försök 2 misslyckades: TimeoutError: slow"
        assert note_of("the mail server refuses the address (550)") == "E-postservern godtar inte adressen (550)."


def test_the_code_in_a_message_kept_here_is_shown_to_whoever_may_see_codes_and_sends_it(town: Town) -> None:
    ann = town.contact("Ann").public_id
    data = {"kind": "sold", "value": 5000, "payment": {"method": "till"}, "recipient": ann}
    told = {"business": town.business, "actor": "user:x", "now": town.now}
    sale = Sale.objects.get(event=submit(type="voucher.issued", data=data, **told))
    voucher = sale.vouchers.get()
    submit(type="voucher.sent", data={"voucher": voucher.public_id}, **told)
    message = Message.objects.get(template="voucher_delivery")
    page, code = reverse("console:message", args=[message.public_id]), code_of(voucher)
    waiting = signed_in(town.staff("office")).get(page).content.decode()
    assert code not in waiting  # it has not left: the program puts it in
    Message.objects.filter(pk=message.pk).update(state="local")
    answer = signed_in(town.staff("manager")).get(page)
    assert code in answer.content.decode()
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    seen = signed_in(town.staff("viewer")).get(page).content.decode()
    assert code not in seen
    assert "Dots stand for the voucher’s code" in seen
    message.refresh_from_db()
    assert code not in message.body


def test_the_file_that_goes_with_a_voucher_is_made_again_for_whoever_may_see_codes_and_that_is_on_record(
    town: Town,
) -> None:
    told = {"business": town.business, "actor": "user:x", "now": town.now}
    data = {"kind": "sold", "value": 5000, "payment": {"method": "till"}, "buyer": town.contact("Ann").public_id,
            "recipient": {"name": "Max Moor", "email": "max@example.com"}}  # fmt: skip
    voucher = Sale.objects.get(event=submit(type="voucher.issued", data=data, **told)).vouchers.get()
    submit(type="voucher.sent", data={"voucher": voucher.public_id}, **told)
    message = Message.objects.get(template="voucher_delivery")
    Message.objects.filter(pk=message.pk).update(state="local", language="sv")
    file, show = (reverse(f"console:{name}", args=[message.public_id]) for name in ("message_file", "message"))
    office = signed_in(town.staff("office"))
    assert f"voucher-{voucher.serial}.pdf" in office.get(show).content.decode()
    assert f'action="{file}"' in office.get(show).content.decode()
    assert not Event.objects.filter(type="voucher.printed").exists()
    answer = office.post(file)
    assert (answer["Content-Type"], answer["Referrer-Policy"]) == ("application/pdf", "no-referrer")
    assert answer["Content-Disposition"] == f'attachment; filename="voucher-{voucher.serial}.pdf"'
    said = pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_range()
    assert all(each in said for each in (code_of(voucher), "Presentkort", "Ann"))
    assert "Berg" not in said
    event = Event.objects.get(type="voucher.printed")
    assert (event.data["voucher"], event.actor) == (voucher.public_id, "user:staff-office@fern-lawn-care.example")
    viewer = signed_in(town.staff("viewer"))
    assert f'action="{file}"' not in viewer.get(show).content.decode()
    assert viewer.post(file).status_code == 403
    assert office.get(file).status_code == 405
    assert signed_in(found("Ink and Steel").owner).post(file).status_code == 404
    other = Message.objects.exclude(template="voucher_delivery").filter(business=town.business).earliest("pk")
    assert office.post(reverse("console:message_file", args=[other.public_id])).status_code == 404
    submit(type="voucher.voided", data={"voucher": voucher.public_id, "reason": "x", "refund": None}, **told)
    again = office.post(file, follow=True)
    assert "no card of it is printed" in again.content.decode()
    assert Event.objects.filter(type="voucher.printed").count() == 1


@pytest.mark.parametrize(("lang", "words"), [
    ("en", "The e-mail with the voucher left without its PDF file."),
    ("sv", "E-postmeddelandet med presentkortet gick iväg utan sin PDF-fil."),
    ("ar", "أُرسل البريد الإلكتروني الذي يحمل القسيمة دون ملف PDF الخاص بها."),
])  # fmt: skip
def test_a_voucher_that_left_without_its_file_is_a_problem_that_says_why_and_which(
    town: Town, desk: Client, lang: str, words: str
) -> None:
    told = {"business": town.business, "actor": "user:x", "now": town.now}
    data = {"kind": "sold", "value": 5000, "payment": {"method": "till"},
            "recipient": {"name": "M", "email": "m@m.example"}}  # fmt: skip
    voucher = Sale.objects.get(event=submit(type="voucher.issued", data=data, **told)).vouchers.get()
    submit(type="voucher.sent", data={"voucher": voucher.public_id}, **told)
    message = Message.objects.get(template="voucher_delivery")
    follow_up(message=message, unmade="paper_missing", now=town.now)
    desk.cookies["django_language"] = lang
    body = page(desk, "problems")
    for each in (words, "libpango-1.0-0", voucher.serial,
                 reverse("console:voucher", args=[voucher.public_id])):  # fmt: skip
        assert each in body, each
