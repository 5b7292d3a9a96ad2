"""E-mail, by SMTP when GOODWORD_SMTP_URL is set."""

from __future__ import annotations

import smtplib
from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from goodword.outbox.channels.kind import Enclose, Outcome, Undeliverable, nothing
from goodword.outbox.models import Message


def send(message: Message, *, sender: str, reply_to: str, enclosed: Enclose = nothing) -> Outcome:
    """Hand one e-mail to the mail server, with the files that go with it.

    The Message-ID is the message's own, so that a repeat after a crash can be told as one by the receiver.

    Raises:
        Undeliverable: the address is none, or the server refuses it for good (5xx).
    """
    if settings.CONFIGURATION.mail is None:
        return "local"
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        validate_email(message.to)
    except ValidationError:
        raise Undeliverable("the e-mail address cannot be right") from None
    mail = EmailMessage(
        subject=_line(message.subject),
        body=message.body,
        from_email=f'"{_quoted(sender)}" <{address}>' if sender else address,
        to=[message.to],
        reply_to=[reply_to] if reply_to else None,
        headers={
            "Message-ID": f"<{message.public_id}@{Address(addr_spec=address).domain}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
            **_stop(message),
        },
    )
    for each in enclosed():
        mail.attach(each.name, each.content, each.kind)
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _ in refusal.recipients.values()]
        if codes and all(code >= 500 for code in codes):
            raise Undeliverable(f"the mail server refuses the address ({codes[0]})") from None
        raise
    return "sent"


def _stop(message: Message) -> dict[str, str]:
    """Return the headers by which a mail program says stop with one press (RFC 2369, RFC 8058)."""
    link = message.facts.get("stop")
    if not link:
        return {}
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _line(text: str) -> str:
    return " ".join(text.split())


def _quoted(name: str) -> str:
    return _line(name).replace("\\", "").replace('"', "")
