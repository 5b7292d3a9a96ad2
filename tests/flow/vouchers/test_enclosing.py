"""A voucher that is brought by e-mail has its PDF file with it; the file lies nowhere, and never stops the words."""

from __future__ import annotations

import io
from datetime import timedelta
from email import message_from_bytes
from email.message import Message as Mail
from typing import Any

import pypdfium2
import pytest
from django.db import connection

from goodword.business.models import Business
from goodword.business.paper import PaperMissing
from goodword.flow import enclosing
from goodword.flow.deliver import deliver
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event
from goodword.outbox.models import Message
from goodword.reports.waiting import open_problems
from goodword.vouchers import finding
from goodword.vouchers.models import Voucher
from tests.flow.mailing import Mailbox
from tests.flow.story import NOW, fern
from tests.flow.vouchers.cast import order, sell

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=6)  # past the quiet hours
ANN = {"name": "Ann Archer", "phone": "+1 303 555 0188"}
MAX = {"name": "Max Moor", "email": "max@example.com"}


@pytest.fixture
def business(transactional_db: None) -> Business:
    return fern()


def brought(business: Business, **more: Any) -> Voucher:
    """Sell a voucher for Max and write to him."""
    voucher = sell(business, 7500, buyer=ANN, **{"recipient": MAX, "message": "Well done!", **more})
    order(business, "sent", voucher=voucher.public_id)
    return voucher


def only(mailbox: Mailbox) -> Mail:
    (envelope,) = mailbox.taken
    return message_from_bytes(envelope.content)


def parts(mail: Mail) -> tuple[str, list[tuple[str | None, str, bytes]]]:
    """Return the words, and each file: its name, its type and itself."""
    words, *files = mail.get_payload() if mail.is_multipart() else [mail]
    told = [(each.get_filename(), each.get_content_type(), each.get_payload(decode=True)) for each in files]  # type: ignore[union-attr]
    return words.get_payload(decode=True).decode(), told  # type: ignore[union-attr]


def text_of(pdf: bytes) -> str:
    (page,) = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return str(page.get_textpage().get_text_range())


@pytest.mark.requirement("R7", "R14")
def test_the_recipient_gets_the_voucher_as_a_file_beside_the_words(business: Business, mailbox: Mailbox) -> None:
    design = submit(business=business, type="voucher_design.saved", actor="user:o", now=NOW,
                    data={"name": "Spring", "heading": "Hello spring"}).data["design"]  # fmt: skip
    voucher = brought(business, design=design)
    assert deliver(now=LATER) == 1
    words, ((name, kind, content),) = parts(only(mailbox))
    code = finding.code_of(voucher)
    assert f"Your code: {code}" in words
    assert (name, kind) == (f"voucher-{voucher.serial}.pdf", "application/pdf")
    said = text_of(content)
    for each in (code, voucher.serial, "$75", "Hello spring", "Well done!", "Max Moor", "Ann"):
        assert each in said, each
    assert "Archer" not in said  # the words tell the giver's first name, and so does the file
    assert Message.objects.get().state == "sent"
    assert not open_problems(business).exists()


def test_the_file_speaks_the_recipient_s_language_whatever_the_design_speaks(
    business: Business, mailbox: Mailbox
) -> None:
    submit(business=business, type="voucher_design.saved", actor="user:o", now=NOW,
           data={"name": "Usual", "language": "en", "default": True})  # fmt: skip
    voucher = sell(business, 7500, recipient=MAX)
    assert voucher.recipient is not None
    type(voucher.recipient).objects.update(language="sv")
    order(business, "sent", voucher=voucher.public_id)
    deliver(now=LATER)
    words, ((_name, _kind, content),) = parts(only(mailbox))
    assert "Din kod" in words
    assert "Presentkort" in text_of(content)


def test_neither_code_nor_file_stands_in_any_row(business: Business, mailbox: Mailbox) -> None:
    voucher = brought(business)
    deliver(now=LATER)
    assert len(mailbox.taken) == 1
    code, rows = finding.code_of(voucher), []
    with connection.cursor() as cursor:
        for table in ("outbox_message", "inbox_event", "inbox_decision", "vouchers_voucher"):
            cursor.execute(f"SELECT * FROM {table}")
            rows += [str(row) for row in cursor.fetchall()]
    for secret in (code, code.replace("-", ""), "%PDF", "JVBERi"):
        assert not [row for row in rows if secret in row], secret


def test_other_messages_and_texts_carry_no_file(
    business: Business, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enclosing, "drawn", _never)
    voucher = sell(business, recipient=ANN)
    order(business, "sent", voucher=voucher.public_id)
    deliver(now=LATER)
    (message,) = Message.objects.all()
    assert (message.channel, message.state) == ("sms", "local")
    assert mailbox.taken == []
    assert not open_problems(business).exists()


def test_nothing_is_drawn_where_no_provider_is_set(business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosing, "drawn", _never)
    brought(business)
    deliver(now=LATER)
    assert Message.objects.get().state == "local"
    assert not open_problems(business).exists()


def _never(*_: object, **__: object) -> bytes:
    raise AssertionError("nobody asked for a file")


@pytest.mark.parametrize(
    ("fault", "why"),
    [(PaperMissing("libpango"), "paper_missing"), (ZeroDivisionError("a library's own"), "ZeroDivisionError")],
)
def test_a_file_that_cannot_be_made_stops_nothing_and_is_told_once(
    business: Business, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, fault: Exception, why: str
) -> None:
    def fails(*_: object, **__: object) -> bytes:
        raise fault

    monkeypatch.setattr(enclosing, "drawn", fails)
    voucher = brought(business)
    deliver(now=LATER)
    words, files = parts(only(mailbox))
    assert files == []
    assert f"Your code: {finding.code_of(voucher)}" in words
    (message,) = Message.objects.all()
    assert (message.state, message.attempts) == ("sent", 1)
    (problem,) = open_problems(business)
    assert isinstance(problem, Decision)
    assert (problem.codes, problem.event) == ([enclosing.UNMADE], Event.objects.get(type="voucher.delivered"))
    assert problem.trace == {"voucher": voucher.serial, "id": voucher.public_id, "why": why}
    deliver(now=LATER + timedelta(days=1))
    assert open_problems(business).count() == 1


def test_a_server_that_is_gone_for_a_while_gets_the_file_with_the_next_attempt(
    business: Business, mailbox: Mailbox
) -> None:
    brought(business)
    mailbox.refuse = "450 try again later"
    deliver(now=LATER)
    assert Message.objects.get().state == "queued"
    mailbox.refuse = ""
    deliver(now=LATER + timedelta(minutes=1))
    _words, files = parts(only(mailbox))
    assert len(files) == 1
    assert not open_problems(business).exists()
