"""A mail server of our own, for the tests of what really leaves."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings as configured
from django.test import override_settings

from goodword.config.readers import Mail


class Mailbox:
    """What a mail server took."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refuse = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.taken.append(envelope)
        return "250 OK"


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """Serve SMTP on a free port, and have Goodword send its mail there."""
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    changed = dataclasses.replace(configured.CONFIGURATION, mail=Mail("127.0.0.1", port, "", "", "none"))
    with override_settings(
        CONFIGURATION=changed, EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port, EMAIL_HOST_USER="", EMAIL_HOST_PASSWORD="", EMAIL_USE_TLS=False, EMAIL_USE_SSL=False,
        DEFAULT_FROM_EMAIL="Goodword <hello@goodword.example>",
    ):  # fmt: skip
        yield box
    server.stop()
