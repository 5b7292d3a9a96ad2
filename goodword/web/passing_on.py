"""Passing a referral link on: the phone's own apps with the text ready, and under which name a press is written down.

For the staff's pages and for the customer's own alike (R123).
"""

from __future__ import annotations

import re
import secrets
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

PRESS = re.compile(r"[\w-]{6,40}", re.ASCII)
CHANNELS = frozenset({"sms", "whatsapp", "email", "copy", "share", "qr"})


def opening() -> str:
    """Return a name for one opening of a page, so that a button pressed twice there is one share."""
    return secrets.token_urlsafe(9)


def key_of(who: str, contact: Any, channel: str, press: str) -> str | None:
    """Return what makes two presses of one button one share: ``press`` names one opening of the page; None: nothing."""
    return f"share:{who}:{contact.public_id}:{channel}:{press}" if PRESS.fullmatch(press) else None


def words(business: str) -> str:
    """Return what a customer may say to a friend with the link; ``business`` is its name."""
    return _("I can recommend %(business)s. Here is my link:") % {"business": business}


def apps(text: str, *, subject: str, phone: str = "", email: str = "") -> list[dict[str, str]]:
    """Return what opens the phone's own text message, WhatsApp and e-mail; without ``phone`` and ``email`` they ask.

    “?&body=” is read by iOS, which wants “&”, and by Android, which wants “?”.
    """
    body, digits = quote(text), phone.lstrip("+")
    told = [("sms", "message-square", _("Text message"), f"sms:{phone}?&body={body}"),
            ("whatsapp", "message-circle", "WhatsApp", f"https://wa.me/{digits}?text={body}"),
            ("email", "mail", _("E-mail"), f"mailto:{email}?subject={quote(subject)}&body={body}")]  # fmt: skip
    return [{"channel": code, "icon": icon, "text": said, "url": url} for code, icon, said, url in told]
