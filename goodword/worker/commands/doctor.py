"""``goodword doctor``: configuration, database, queues, disk: what is wrong and how to mend it."""

from __future__ import annotations

import argparse
import shutil
import smtplib
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from goodword.business import paper
from goodword.business.models import Heartbeat
from goodword.inbox.models import Event
from goodword.outbox.models import Message

GOOD, WARNING, WRONG = "ok", "warning", "wrong"
LEAST_DISK = 200 * 1024 * 1024
LITTLE_DISK = 1024 * 1024 * 1024
OLDEST_SQLITE = (3, 35, 0)  # RETURNING
OLDEST_POSTGRESQL = 150000
SILENCE = timedelta(minutes=2)
WAITING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is and, when not well, what to do."""

    level: str
    what: str
    mend: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to knock at the mail server."""
    parser.add_argument("--offline", action="store_true", help="do not connect to the mail server")


def run(args: argparse.Namespace) -> int:
    """Print every finding; return 1 when anything is wrong, 0 with warnings alone."""
    now = timezone.now()
    findings: list[Finding] = []
    for look in (configuration, disk, languages, papers):
        findings += look()
    findings += database()
    if not any(f.level == WRONG and f.what.startswith("database") for f in findings):
        findings += [*queues(now=now), *worker(now=now)]
    findings += mail(offline=args.offline)
    for finding in findings:
        print(f"{finding.level:>7}  {finding.what}" + (f"\n         → {finding.mend}" if finding.mend else ""))
    wrong = sum(f.level == WRONG for f in findings)
    warned = sum(f.level == WARNING for f in findings)
    print(f"{wrong} wrong, {warned} to look at, {len(findings) - wrong - warned} well")
    return 1 if wrong else 0


def configuration() -> Iterator[Finding]:
    """Settings that are well-formed and still not what anybody wants."""
    for name in settings.UNKNOWN_VARIABLES:
        yield Finding(WARNING, f"{name} is no setting of Goodword", "correct its name or remove it; it does nothing")
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    local = host in {"localhost", "127.0.0.1", "::1"}
    if local:
        yield Finding(WARNING, f"GOODWORD_PUBLIC_URL is {settings.PUBLIC_URL}: links work on this machine only",
                      "set it to the address customers use")  # fmt: skip
    elif not settings.HTTPS:
        yield Finding(WRONG, "GOODWORD_PUBLIC_URL is not https: codes and passwords travel in the clear",
                      "put a proxy with a certificate in front and write https://")  # fmt: skip
    else:
        yield Finding(GOOD, f"public address {settings.PUBLIC_URL}")
    if settings.DEBUG and not local:
        yield Finding(WRONG, "GOODWORD_DEBUG is on: faults show their source to everybody", "unset GOODWORD_DEBUG")
    kept = Path(settings.DATA) / "secret_key"
    if kept.exists() and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        yield Finding(WRONG, f"{kept} can be read by others on this machine", f"chmod 600 {kept}")


def disk() -> Iterator[Finding]:
    """The data folder: there, and with room."""
    folder = Path(settings.DATA)
    if not folder.is_dir():
        yield Finding(WRONG, f"data folder {folder} does not exist", "create it, owned by the user Goodword runs as")
        return
    free = shutil.disk_usage(folder).free
    line = f"data folder {folder}: {free // (1024 * 1024)} MiB free"
    if free < LEAST_DISK:
        yield Finding(WRONG, line, "make room: the database stops when the disk is full")
    elif free < LITTLE_DISK:
        yield Finding(WARNING, line, "make room soon")
    else:
        yield Finding(GOOD, line)


def languages() -> Iterator[Finding]:
    """Translations are compiled."""
    for code, name in settings.LANGUAGES:
        sources = [Path(folder) / code / "LC_MESSAGES" / "django.po" for folder in settings.LOCALE_PATHS]
        missing = [s for s in sources if s.exists() and not s.with_suffix(".mo").exists()]
        if missing:
            yield Finding(
                WARNING, f"{name} is not compiled", f"pybabel compile -d {settings.LOCALE_PATHS[0]} -D django"
            )


def papers() -> Iterator[Finding]:
    """PDF files can be made: WeasyPrint finds Pango."""
    wanted = paper.missing()
    if wanted:
        yield Finding(WARNING, "PDF files cannot be made: Pango is missing", f"apt-get install {wanted}")
    else:
        yield Finding(GOOD, "PDF files can be made")


def database() -> Iterator[Finding]:
    """It answers, is new enough and has every migration."""
    try:
        connection.ensure_connection()
    except DatabaseError as fault:
        first = str(fault).strip().splitlines()[0]
        yield Finding(WRONG, f"database does not answer: {first}", "look at GOODWORD_DATABASE_URL and whether it runs")
        return
    yield from (_sqlite() if connection.vendor == "sqlite" else _postgresql())
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield Finding(WRONG, f"database lacks {len(plan)} migrations", "goodword django migrate")


def _sqlite() -> Iterator[Finding]:
    version = ".".join(map(str, sqlite3.sqlite_version_info))
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield Finding(WRONG, f"database: SQLite {version} is too old", "install a Python with SQLite 3.35 or newer")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        answer = cursor.fetchone()[0]
    if answer != "ok":
        yield Finding(WRONG, f"database file is damaged: {answer}", "stop Goodword and restore the last backup")
    else:
        yield Finding(GOOD, f"database: SQLite {version}, {connection.settings_dict['NAME']}")


def _postgresql() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, version = cursor.fetchone()
    if number < OLDEST_POSTGRESQL:
        yield Finding(WRONG, f"database: PostgreSQL {version} is too old", "use PostgreSQL 15 or newer")
    else:
        yield Finding(GOOD, f"database: PostgreSQL {version}")


def queues(*, now: datetime) -> Iterator[Finding]:
    """Nothing waits too long, nothing was set aside."""
    late = now - WAITING
    yield _count(Event.objects.filter(state="recorded", recorded_at__lt=late).count, WRONG,
                 "events wait for more than 10 minutes", "start goodword work, or read what it says")  # fmt: skip
    yield _count(Event.objects.filter(state="set_aside").count, WARNING,
                 "events were set aside", "see Problems in the console")  # fmt: skip
    yield _count(Message.objects.filter(state="queued", due_at__lt=late).count, WRONG,
                 "messages are due for more than 10 minutes", "start goodword work, or read what it says")  # fmt: skip
    yield _count(Message.objects.filter(state="set_aside").count, WARNING,
                 "messages were set aside", "see Messages in the console")  # fmt: skip


def _count(count: Callable[[], int], level: str, what: str, mend: str) -> Finding:
    found = count()
    return Finding(level, f"{found} {what}", mend) if found else Finding(GOOD, f"no {what}")


def worker(*, now: datetime) -> Iterator[Finding]:
    """A worker gave a sign of life lately."""
    last = Heartbeat.objects.order_by("-seen_at").first()
    if last is None:
        yield Finding(WARNING, "no worker has ever run", "goodword serve starts one; or run goodword work")
    elif now - last.seen_at > SILENCE:
        yield Finding(WRONG, f"the worker was last seen {last.seen_at:%Y-%m-%d %H:%M} UTC", "start goodword work")
    else:
        yield Finding(GOOD, f"worker {last.name} was seen {int((now - last.seen_at).total_seconds())} s ago")


def mail(*, offline: bool) -> Iterator[Finding]:
    """There is a mail server, and it answers."""
    server = settings.CONFIGURATION.mail
    if server is None:
        yield Finding(WARNING, "no mail server: messages wait in the outbox", "set GOODWORD_SMTP_URL")
        return
    if offline:
        return
    try:
        kind = smtplib.SMTP_SSL if server.tls == "implicit" else smtplib.SMTP
        with kind(server.host, server.port, timeout=10) as session:
            if server.tls == "starttls":
                session.starttls()
            if server.user:
                session.login(server.user, server.password)
            session.noop()
        yield Finding(GOOD, f"mail server {server.host}:{server.port} answers")
    except (OSError, smtplib.SMTPException) as fault:
        first = " ".join(str(fault).split())[:200]
        yield Finding(WRONG, f"mail server {server.host}:{server.port}: {first}", "look at GOODWORD_SMTP_URL")
