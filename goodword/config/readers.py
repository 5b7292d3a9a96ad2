"""What the text of a variable means, one function for each kind; a ``ValueError`` says what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SHORTEST_SECRET = 32

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Mail:
    """Where e-mail is handed over. ``tls`` is ``starttls``, ``implicit`` or ``none``."""

    host: str
    port: int
    user: str
    password: str
    tls: str


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
        "CONN_MAX_AGE": None,  # opening the file and its checkpoint at the last close take longer than a request
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


OFTEN = 5  # times that a connection sees a statement before PostgreSQL keeps its plan (docs/benchmarks.md)
POSTGRESQL_OPTIONS = frozenset(
    {"application_name", "connect_timeout", "options", "sslcert", "sslkey", "sslmode", "sslrootcert"}
)


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    name = unquote(parts.path[1:])
    if not name or "/" in name:
        raise ValueError("names no database; write postgresql://user:password@host/name")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = query.pop("host", None) or unquote(parts.hostname or "")
    prepare = query.pop("prepare", "yes")
    if prepare not in {"yes", "no"}:
        raise ValueError(f"has prepare={prepare}; write yes, or no behind a pooler that knows no prepared statements")
    unknown = sorted(set(query) - POSTGRESQL_OPTIONS)
    if unknown:
        raise ValueError(
            f"has the unknown option “{unknown[0]}”; known are host, prepare, {', '.join(sorted(POSTGRESQL_OPTIONS))}"
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
        "OPTIONS": {**query, "server_side_binding": True, "prepare_threshold": OFTEN if prepare == "yes" else None},
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
