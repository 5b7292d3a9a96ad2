"""A test of a message's words, to the one who writes them: never a message to a customer, in no report."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from goodword import identity
from goodword.business.models import Business
from goodword.business.reading import settings_at
from goodword.errors import Invalid, Refused
from goodword.flow.hand_sending import TESTED
from goodword.flow.minting import mint_id
from goodword.flow.submit import submit
from goodword.outbox import own_words
from goodword.outbox.channels import CHANNELS
from goodword.outbox.channels.kind import Undeliverable
from goodword.outbox.examples import example
from goodword.outbox.models import Message
from goodword.outbox.rendering import render

MARKS = {
    "en": "TEST – no customer gets this.",
    "sv": "TEST – ingen kund får det här.",
    "ar": "تجربة – لا تصل هذه الرسالة إلى أي عميل.",
}
SUBJECTS = {"en": "[Test] {subject}", "sv": "[Test] {subject}", "ar": "[تجربة] {subject}"}


class Tested(NamedTuple):
    """What became of a test: ``sent``, or ``local`` when no provider is set; and what was in it."""

    outcome: str
    to: str
    subject: str
    body: str


def send_test(
    *, business: Business, template: str, language: str, subject: str, body: str, channel: str, to: str, actor: str,
    now: datetime,
) -> Tested:  # fmt: skip
    """Send words, filled with a made-up case, to the one who writes them. Nothing of it is a message to a customer.

    Args:
        channel: ``email`` goes to the actor's own address, whatever ``to`` says; ``sms`` to the number ``to``.

    Raises:
        Invalid: ``reach_unusable``, or why the words may not be used (``own_words.faults``).
        Refused: ``too_many_tests``; ``test_failed`` when the provider does not take it.
    """
    text = own_words.text_of(subject, body)
    for fault in own_words.faults(template=template, text=text):
        raise Invalid(fault.code, "these words cannot be used yet", pointer=f"/{fault.field}", name=fault.name)
    reach = _reach(business, channel, to, actor)
    told = settings_at(business, now)
    sender = str(told["sender_name"]) or business.name
    name, facts = example(template=template, lang=language, now=now, currency=business.currency)
    said = render(
        template=template, lang=language, name=name, business=sender, currency=business.currency,
        zone=ZoneInfo(business.timezone), facts=facts, own=text,
    )  # fmt: skip
    data = {"template": template, "language": language, "channel": channel, "to": f"…{reach[-4:]}"}
    submit(business=business, type=TESTED, data=data, actor=actor, now=now)
    message = Message(
        business=business, public_id=mint_id("msg", at=now), template=template, channel=channel, to=reach,
        language=language, subject=SUBJECTS[language].format(subject=said.subject), facts={}, due_at=now,
        body=f"{MARKS[language]}\n{said.body}", created_at=now,
    )  # fmt: skip
    try:
        outcome = CHANNELS[channel](message, sender=sender, reply_to=business.email)
    except Undeliverable as refusal:
        raise Refused("test_failed", str(refusal)) from None
    except Exception as fault:  # noqa: BLE001 - whatever a server or a library does, the person is told
        raise Refused("test_failed", type(fault).__name__) from None
    return Tested(outcome, reach, message.subject, message.body)


def _reach(business: Business, channel: str, to: str, actor: str) -> str:
    if channel == "email":
        return actor.removeprefix("user:")
    number = identity.phone(to, country=business.country) if channel == "sms" else None
    if number is None or not number.startswith("+"):
        raise Invalid("reach_unusable", "that phone number cannot be right", pointer="/to")
    return number
