"""One message for one cause, on a channel that is allowed, or held with the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from goodword.business.models import Business
from goodword.flow.opening import open_business
from goodword.outbox.models import Message
from goodword.outbox.queueing import Draft, cancel, queue, queue_all
from goodword.people.models import Consent, Contact

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def fern(name: str = "Fern") -> Business:
    return open_business(name=name, currency="USD", timezone="UTC", country="US", language="sv", now=NOW).business


def person(business: Business, *, phone: str | None = "+13035550101", email: str | None = "ann@example.com") -> Contact:
    number = Contact.objects.count()
    return Contact.objects.create(
        business=business, public_id=f"con_{number}", code=f"C{number}", name="Ann Archer", phone=phone, email=email
    )


def put(business: Business, contact: Contact, *, key: str = "k", template: str = "reward_issued") -> Message | None:
    gift = {"kind": "service_credit", "asset": "USD", "units": 500, "text": ""}
    return queue(
        business=business, key=key, template=template, contact=contact, facts={"gift": gift, "link": "x"}, due_at=NOW,
        event=None, now=NOW,
    )  # fmt: skip


def said(contact: Contact, channel: str, granted: bool, at: datetime = NOW - DAY) -> None:
    Consent.objects.create(business=contact.business, contact=contact, channel=channel, granted=granted, at=at)


def test_the_same_cause_never_writes_twice_and_causes_are_each_businesss_own() -> None:
    business, other = fern(), fern("Moss")
    ann = person(business)
    assert put(business, ann) is not None
    assert put(business, ann) is None
    assert put(other, person(other)) is not None
    draft = Draft("k2", "reward_issued", ann, {}, due_at=NOW)
    assert len(queue_all(business=business, drafts=[draft, draft], now=NOW)) == 1
    assert Message.objects.filter(business=business).count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            business=business, public_id="msg_x", key="k", contact=ann, template="t", channel="sms", language="en",
            body="", due_at=NOW, created_at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("phone", "email", "channel", "state"),
    [
        ("+13035550101", "ann@example.com", "sms", "queued"),
        (None, "ann@example.com", "email", "queued"),
        (None, None, "sms", "held"),
        ("", "", "sms", "held"),
    ],
)
def test_a_text_where_there_is_a_number_else_an_e_mail_else_held(
    phone: str | None, email: str | None, channel: str, state: str
) -> None:
    business = fern()
    message = put(business, person(business, phone=phone, email=email))
    assert message is not None
    assert (message.channel, message.state) == (channel, state)
    assert message.language == "sv"


def test_an_opt_out_of_texts_leaves_e_mail_for_what_is_theirs_and_stops_every_ask() -> None:
    business = fern()
    ann = person(business)
    said(ann, "sms", False)
    theirs = put(business, ann)
    ask = put(business, ann, key="ask", template="referral_invitation")
    assert theirs is not None
    assert ask is not None
    assert (theirs.channel, theirs.state) == ("email", "queued")
    assert (ask.state, ask.note) == ("held", "opted out")


def test_the_newest_word_counts_and_any_covers_every_channel() -> None:
    business = fern()
    ann, bob = person(business), person(business)
    said(ann, "any", False)
    said(bob, "sms", False, NOW - 3 * DAY)
    said(bob, "any", True, NOW - 2 * DAY)
    held, sent = put(business, ann), put(business, bob, key="bob", template="referral_invitation")
    assert held is not None
    assert sent is not None
    assert (held.state, held.note) == ("held", "opted out")
    assert (sent.channel, sent.state) == ("sms", "queued")


def test_cancelling_reaches_what_waits_and_never_what_left() -> None:
    business, other = fern(), fern("Moss")
    ann = person(business)
    for key in ("a", "b", "c"):
        put(business, ann, key=key)
    put(other, person(other), key="a")
    Message.objects.filter(business=business, key="b").update(state="sent")
    assert cancel(business=business, keys=["a", "b", "nobody"], note="gone") == 1
    told = {(m.business.name, m.key): m.state for m in Message.objects.select_related("business")}
    assert told == {("Fern", "a"): "cancelled", ("Fern", "b"): "sent", ("Fern", "c"): "queued", ("Moss", "a"): "queued"}
