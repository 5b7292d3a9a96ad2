"""Typed readers for the settings that come from the environment; one literal list says all of them.

Nothing here knows Django, so the command line can refuse a malformed setting before anything else is loaded.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from goodword.errors import Invalid

PREFIX = "GOODWORD_"
TEST_PREFIX = "GOODWORD_TEST_"  # the test-suite's own; never read by the product
SECRET_FILE = "secret_key"  # noqa: S105 - the name of a file
SHORTEST_SECRET = 32

Network = IPv4Network | IPv6Network


class Malformed(Invalid):
    """A setting that cannot be meant; the text is one line that names it and says what to write instead."""

    def __init__(self, detail: str) -> None:
        super().__init__("malformed_setting", detail)


@dataclass(frozen=True, slots=True)
class Mail:
    """Where e-mail is handed over. ``tls`` is ``starttls``, ``implicit`` or ``none``."""

    host: str
    port: int
    user: str
    password: str
    tls: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment: its name, the kind of value, the default in words, what it is for."""

    name: str
    type: str
    default: str
    help: str
    read: Callable[[str], Any]


def folder(text: str) -> Path:
    """Return the absolute folder; a file in its place is refused."""
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("is a file; name a folder")
    return path


def boolean(text: str) -> bool:
    """Read 1/0, true/false, yes/no, on/off."""
    word = text.lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    raise ValueError("is neither yes nor no; write 1 or 0")


def secret(text: str) -> str:
    """Accept a secret of at least ``SHORTEST_SECRET`` characters; it is never repeated in the fault."""
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"is too short; use at least {SHORTEST_SECRET} random characters")
    return text


def web_address(text: str) -> str:
    """Return an http(s) address without a path's last slash; a query or a fragment is refused."""
    parts = _split(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("is no web address; write it like https://refer.example.com")
    return text.rstrip("/")


def names(text: str) -> tuple[str, ...]:
    """Read a list with commas."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found:
        raise ValueError("is empty; leave it out or name at least one")
    return found


def host_names(text: str) -> tuple[str, ...]:
    """Read host names with commas; addresses with a scheme, a port or a path are refused."""
    for name in names(text):
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\]", name):
            raise ValueError(f"has “{name}”, which is no host name; write refer.example.com without scheme or port")
    return names(text)


def networks(text: str) -> tuple[Network, ...]:
    """Read IP addresses or networks with commas."""
    found = []
    for name in names(text):
        try:
            found.append(ip_network(name))
        except ValueError:
            raise ValueError(f"has “{name}”, which is no IP address or network; write 10.0.0.0/8") from None
    return tuple(found)


def sender(text: str) -> str:
    """Read an e-mail sender: ``name@host`` or ``Words <name@host>``."""
    if not re.fullmatch(r"[^@<>\s]+@[^@<>\s]+|[^<>\r\n]*<[^@<>\s]+@[^@<>\s]+>", text):
        raise ValueError("is no sender; write Fern Lawn Care <hello@example.com>")
    return text


def database(text: str) -> dict[str, Any]:
    """Return Django's settings for a ``sqlite:///`` or ``postgresql://`` address.

    ``sqlite:///name.sqlite3`` is relative to the working folder, ``sqlite:////srv/name.sqlite3`` is absolute.
    """
    parts = _split(text)
    if parts.scheme == "sqlite":
        return _sqlite(parts)
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgresql(parts)
    raise ValueError("is no database address; write sqlite:///path or postgresql://user:password@host/name")


def _sqlite(parts: SplitResult) -> dict[str, Any]:
    path = unquote(parts.path[1:])
    if parts.netloc or parts.query or not path or ":memory:" in path:
        raise ValueError("is no file; write sqlite:///name.sqlite3 or sqlite:////absolute/name.sqlite3")
    return sqlite(Path(path).expanduser().absolute())


def sqlite(path: Path) -> dict[str, Any]:
    """Return Django's settings for a SQLite file: one writer at a time, nothing lost at a power cut."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


POSTGRESQL_OPTIONS = frozenset(
    {"application_name", "connect_timeout", "options", "sslcert", "sslkey", "sslmode", "sslrootcert"}
)


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    name = unquote(parts.path[1:])
    if not name or "/" in name:
        raise ValueError("names no database; write postgresql://user:password@host/name")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = query.pop("host", None) or unquote(parts.hostname or "")
    unknown = sorted(set(query) - POSTGRESQL_OPTIONS)
    if unknown:
        raise ValueError(
            f"has the unknown option “{unknown[0]}”; known are host, {', '.join(sorted(POSTGRESQL_OPTIONS))}"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**query, "server_side_binding": True},
    }


def mail(text: str) -> Mail:
    """Read ``smtp://user:password@host:port/?tls=starttls|implicit|none``; the default is ``starttls`` on 587."""
    parts = _split(text)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = query.pop("tls", "starttls")
    if parts.scheme != "smtp" or not parts.hostname or parts.path not in {"", "/"} or query:
        raise ValueError("is no mail server; write smtp://user:password@host:587/?tls=starttls")
    if tls not in {"starttls", "implicit", "none"}:
        raise ValueError(f"has tls “{tls}”; write starttls, implicit or none")
    port = parts.port or {"starttls": 587, "implicit": 465, "none": 25}[tls]
    return Mail(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), tls)


def rate(text: str) -> int:
    """Read a whole number from 1 to a million."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:8]) <= 1_000_000:
        raise ValueError("is no whole number from 1 to 1000000")
    return int(text)


def _split(text: str) -> SplitResult:
    parts = urlsplit(text)
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("has a port that is no number from 0 to 65535") from None
    return parts


SETTINGS: list[Setting] = [
    Setting(
        "GOODWORD_DATA",
        "folder",
        "./var",
        "Where the database file, uploaded files and the secret key are kept.",
        folder,
    ),
    Setting(
        "GOODWORD_DATABASE_URL",
        "database address",
        "a SQLite file in GOODWORD_DATA",
        "sqlite:///path or postgresql://user:password@host:port/name?sslmode=require.",
        database,
    ),
    Setting(
        "GOODWORD_SECRET_KEY",
        "secret",
        "made once and kept in GOODWORD_DATA/secret_key",
        "Signs sessions and links and guards stored codes. Losing it makes printed codes unreadable: back it up.",
        secret,
    ),
    Setting(
        "GOODWORD_PUBLIC_URL",
        "web address",
        "http://127.0.0.1:8000",
        "The address customers use; links, QR codes and cookies follow it.",
        web_address,
    ),
    Setting(
        "GOODWORD_DEBUG",
        "yes or no",
        "0",
        "Shows faults with their source in the browser. Never in production.",
        boolean,
    ),
    Setting(
        "GOODWORD_SMTP_URL",
        "mail server",
        "none: messages wait in the outbox, sign-in mails are files in GOODWORD_DATA/mail",
        "smtp://user:password@host:port/?tls=starttls (or implicit, or none).",
        mail,
    ),
    Setting(
        "GOODWORD_EMAIL_FROM",
        "sender",
        "Goodword <goodword@localhost>",
        "Who e-mails come from when the business has not set its own sender.",
        sender,
    ),
    Setting(
        "GOODWORD_ALLOWED_HOSTS",
        "names with commas",
        "the host of GOODWORD_PUBLIC_URL and this machine",
        "Host names this installation answers to.",
        host_names,
    ),
    Setting(
        "GOODWORD_TRUSTED_PROXIES",
        "networks with commas",
        "none",
        "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
        networks,
    ),
    Setting(
        "GOODWORD_API_REQUESTS_PER_MINUTE",
        "whole number",
        "6000",
        "How many requests one API key may make in a minute; more are answered 429 with Retry-After.",
        rate,
    ),
]


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings, read and typed. ``secret_key`` is None until :func:`secret_key` finds or makes it."""

    data: Path
    database: dict[str, Any]
    secret_key: str | None
    public_url: str
    debug: bool
    mail: Mail | None
    email_from: str
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[Network, ...]
    api_requests_per_minute: int


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
    data = values.get("GOODWORD_DATA") or folder("var")
    public_url = values.get("GOODWORD_PUBLIC_URL", "http://127.0.0.1:8000")
    own_hosts = tuple(dict.fromkeys([urlsplit(public_url).hostname or "", "127.0.0.1", "localhost", "[::1]"]))
    return Configuration(
        data=data,
        database=values.get("GOODWORD_DATABASE_URL") or sqlite(data / "goodword.sqlite3"),
        secret_key=values.get("GOODWORD_SECRET_KEY"),
        public_url=public_url,
        debug=values.get("GOODWORD_DEBUG", False),
        mail=values.get("GOODWORD_SMTP_URL"),
        email_from=values.get("GOODWORD_EMAIL_FROM", "Goodword <goodword@localhost>"),
        allowed_hosts=values.get("GOODWORD_ALLOWED_HOSTS", own_hosts),
        trusted_proxies=values.get("GOODWORD_TRUSTED_PROXIES", ()),
        api_requests_per_minute=values.get("GOODWORD_API_REQUESTS_PER_MINUTE", 6000),
    )


def unknown(environ: Mapping[str, str]) -> list[str]:
    """Return the GOODWORD_ variables that no setting bears: most likely typing errors."""
    known = {setting.name for setting in SETTINGS}
    return sorted(n for n in environ if n.startswith(PREFIX) and n not in known and not n.startswith(TEST_PREFIX))


def secret_key(data: Path) -> str:
    """Return the key kept in the data folder; the first call makes it, readable by its owner alone.

    Raises:
        Malformed: the folder cannot be written, or what is kept there is too short.
    """
    kept = data / SECRET_FILE
    try:
        if not kept.exists():
            data.mkdir(parents=True, exist_ok=True)
            _write_once(kept, secrets.token_urlsafe(48))
        text = kept.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "not plain text"
        raise Malformed(f"GOODWORD_DATA: cannot use {kept}: {reason}") from None
    if len(text) < SHORTEST_SECRET:
        raise Malformed(f"GOODWORD_DATA: {kept} is too short to be the secret key; restore it from a backup")
    return text


def _write_once(path: Path, text: str) -> None:
    """Create the file whole or not at all; when two processes race, the first one's stays."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
