"""The settings that come from the environment; one literal list says all of them.

Nothing here knows Django, so the command line can refuse a malformed setting before anything else is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from goodword.config import readers
from goodword.errors import Invalid

PREFIX = "GOODWORD_"
TEST_PREFIX = "GOODWORD_TEST_"  # the test-suite's own; never read by the product


class Malformed(Invalid):
    """A setting that cannot be meant; the text is one line that names it and says what to write instead."""

    def __init__(self, detail: str) -> None:
        super().__init__("malformed_setting", detail)


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment: its name, the kind of value, the default in words, what it is for."""

    name: str
    type: str
    default: str
    help: str
    read: Callable[[str], Any]


SETTINGS: list[Setting] = [
    Setting(
        "GOODWORD_DATA",
        "folder",
        "./var",
        "Where the database file, uploaded files and the secret key are kept.",
        readers.folder,
    ),
    Setting(
        "GOODWORD_DATABASE_URL",
        "database address",
        "a SQLite file in GOODWORD_DATA",
        "sqlite:///path or postgresql://user:password@host:port/name?sslmode=require. "
        "Add prepare=no behind a pooler that knows no prepared statements.",
        readers.database,
    ),
    Setting(
        "GOODWORD_SECRET_KEY",
        "secret",
        "made once and kept in GOODWORD_DATA/secret_key",
        "Signs sessions and links and guards stored codes. Losing it makes printed codes unreadable: back it up.",
        readers.secret,
    ),
    Setting(
        "GOODWORD_PUBLIC_URL",
        "web address",
        "http://127.0.0.1:8000",
        "The address customers use; links, QR codes and cookies follow it.",
        readers.web_address,
    ),
    Setting(
        "GOODWORD_DEBUG",
        "yes or no",
        "0",
        "Shows faults with their source in the browser. Never in production.",
        readers.boolean,
    ),
    Setting(
        "GOODWORD_SMTP_URL",
        "mail server",
        "none: messages wait in the outbox, sign-in mails are files in GOODWORD_DATA/mail",
        "smtp://user:password@host:port/?tls=starttls (or implicit, or none).",
        readers.mail,
    ),
    Setting(
        "GOODWORD_EMAIL_FROM",
        "sender",
        "Goodword <goodword@localhost>",
        "Who e-mails come from when the business has not set its own sender.",
        readers.sender,
    ),
    Setting(
        "GOODWORD_ALLOWED_HOSTS",
        "names with commas",
        "the host of GOODWORD_PUBLIC_URL and this machine",
        "Host names this installation answers to.",
        readers.host_names,
    ),
    Setting(
        "GOODWORD_TRUSTED_PROXIES",
        "networks with commas",
        "none",
        "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
        readers.networks,
    ),
    Setting(
        "GOODWORD_API_REQUESTS_PER_MINUTE",
        "whole number",
        "6000",
        "How many requests one API key may make in a minute; more are answered 429 with Retry-After.",
        readers.rate,
    ),
    Setting(
        "GOODWORD_IMPORT_MEGABYTES",
        "whole number",
        "500",
        "How large a table that is brought in may be. It lies in GOODWORD_DATA/imports until the import is done.",
        readers.rate,
    ),
]


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings, read and typed. ``secret_key`` is None until ``config/secret_key.py`` finds or makes it."""

    data: Path
    database: dict[str, Any]
    secret_key: str | None
    public_url: str
    debug: bool
    mail: readers.Mail | None
    email_from: str
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[readers.Network, ...]
    api_requests_per_minute: int
    import_megabytes: int


def read(environ: Mapping[str, str]) -> Configuration:
    """Read every setting; an empty variable counts as unset.

    Raises:
        Malformed: one line naming the first variable that cannot be meant. Secrets are not repeated in it.
    """
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environ.get(setting.name, "").strip()
        if text:
            try:
                values[setting.name] = setting.read(text)
            except ValueError as fault:
                raise Malformed(f"{setting.name} {fault}") from None
    data = values.get("GOODWORD_DATA") or readers.folder("var")
    public_url = values.get("GOODWORD_PUBLIC_URL", "http://127.0.0.1:8000")
    own_hosts = tuple(dict.fromkeys([urlsplit(public_url).hostname or "", "127.0.0.1", "localhost", "[::1]"]))
    return Configuration(
        data=data,
        database=values.get("GOODWORD_DATABASE_URL") or readers.sqlite(data / "goodword.sqlite3"),
        secret_key=values.get("GOODWORD_SECRET_KEY"),
        public_url=public_url,
        debug=values.get("GOODWORD_DEBUG", False),
        mail=values.get("GOODWORD_SMTP_URL"),
        email_from=values.get("GOODWORD_EMAIL_FROM", "Goodword <goodword@localhost>"),
        allowed_hosts=values.get("GOODWORD_ALLOWED_HOSTS", own_hosts),
        trusted_proxies=values.get("GOODWORD_TRUSTED_PROXIES", ()),
        api_requests_per_minute=values.get("GOODWORD_API_REQUESTS_PER_MINUTE", 6000),
        import_megabytes=values.get("GOODWORD_IMPORT_MEGABYTES", 500),
    )


def unknown(environ: Mapping[str, str]) -> list[str]:
    """Return the GOODWORD_ variables that no setting bears: most likely typing errors."""
    known = {setting.name for setting in SETTINGS}
    return sorted(n for n in environ if n.startswith(PREFIX) and n not in known and not n.startswith(TEST_PREFIX))
