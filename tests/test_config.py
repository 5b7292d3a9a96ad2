"""Settings come from the environment, typed, and are refused loudly in one line when they cannot be meant."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from goodword.config import env, logs, middleware, readers
from goodword.config.secret_key import kept_key
from goodword.errors import Invalid

ROOT = Path(__file__).resolve().parent.parent
KEY = "k" * 32


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("GOODWORD_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**plain, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_any_setting_a_sqlite_file_in_the_data_folder_is_used(tmp_path: Path) -> None:
    found = env.read({"GOODWORD_DATA": str(tmp_path)})
    assert found.database["ENGINE"] == "django.db.backends.sqlite3"
    assert found.database["NAME"] == str(tmp_path / "goodword.sqlite3")
    assert found.public_url == "http://127.0.0.1:8000"
    assert found.debug is False
    assert found.mail is None
    assert found.trusted_proxies == ()
    assert list(tmp_path.iterdir()) == []


def test_sqlite_takes_the_write_lock_first_waits_for_it_and_loses_nothing_at_a_power_cut() -> None:
    options = readers.database("sqlite:////srv/books.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        assert f"PRAGMA {pragma};" in options["init_command"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////srv/books.sqlite3", "/srv/books.sqlite3"),
        ("sqlite:///books.sqlite3", str(Path.cwd() / "books.sqlite3")),
        ("sqlite:////srv/my%20books.sqlite3", "/srv/my books.sqlite3"),
    ],
)
def test_a_sqlite_address_names_a_file(url: str, path: str) -> None:
    found = readers.database(url)
    assert (found["NAME"], found["CONN_MAX_AGE"]) == (path, None)


def test_a_postgresql_address_is_taken_apart() -> None:
    found = readers.database("postgresql://ann:p%40ss@db.example.com:5433/fern?sslmode=verify-full")
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "fern",
        "USER": "ann",
        "PASSWORD": "p@ss",
        "HOST": "db.example.com",
        "PORT": "5433",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"sslmode": "verify-full", "server_side_binding": True, "prepare_threshold": 5},
    }
    assert readers.database("postgresql:///fern?host=/run/postgresql")["HOST"] == "/run/postgresql"
    assert readers.database("postgresql:///fern?prepare=no")["OPTIONS"]["prepare_threshold"] is None
    with pytest.raises(ValueError, match="prepare=maybe"):
        readers.database("postgresql:///fern?prepare=maybe")


def test_a_mail_server_is_read_with_its_encryption() -> None:
    assert readers.mail("smtp://ann:p%40ss@mail.example.com") == readers.Mail(
        "mail.example.com", 587, "ann", "p@ss", "starttls"
    )
    assert readers.mail("smtp://mail.example.com/?tls=implicit") == readers.Mail(
        "mail.example.com", 465, "", "", "implicit"
    )
    assert readers.mail("smtp://127.0.0.1:2525?tls=none") == readers.Mail("127.0.0.1", 2525, "", "", "none")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("GOODWORD_DATABASE_URL", "mysql://x/y"),
        ("GOODWORD_DATABASE_URL", "sqlite:///:memory:"),
        ("GOODWORD_DATABASE_URL", "sqlite://books.sqlite3"),
        ("GOODWORD_DATABASE_URL", "sqlite:///"),
        ("GOODWORD_DATABASE_URL", "postgresql://host:99999/fern"),
        ("GOODWORD_DATABASE_URL", "postgresql://host"),
        ("GOODWORD_DATABASE_URL", "postgresql://host/fern?sslmod=require"),
        ("GOODWORD_DATA", __file__),
        ("GOODWORD_SECRET_KEY", "short"),
        ("GOODWORD_PUBLIC_URL", "refer.example.com"),
        ("GOODWORD_PUBLIC_URL", "ftp://refer.example.com"),
        ("GOODWORD_PUBLIC_URL", "https://refer.example.com/?a=1"),
        ("GOODWORD_PUBLIC_URL", "https://refer.example.com:port"),
        ("GOODWORD_DEBUG", "maybe"),
        ("GOODWORD_SMTP_URL", "mail.example.com"),
        ("GOODWORD_SMTP_URL", "smtp://mail.example.com/?tls=ssl"),
        ("GOODWORD_SMTP_URL", "smtp://mail.example.com/?tsl=none"),
        ("GOODWORD_EMAIL_FROM", "Fern"),
        ("GOODWORD_EMAIL_FROM", "Fern <a@b.de>\nBcc: x@y.z"),
        ("GOODWORD_ALLOWED_HOSTS", "https://refer.example.com"),
        ("GOODWORD_ALLOWED_HOSTS", "a.example.com:8000"),
        ("GOODWORD_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("GOODWORD_TRUSTED_PROXIES", "proxy"),
        ("GOODWORD_API_REQUESTS_PER_MINUTE", "0"),
        ("GOODWORD_API_REQUESTS_PER_MINUTE", "many"),
        ("GOODWORD_IMPORT_MEGABYTES", "0"),
    ],
)
def test_a_malformed_setting_is_refused_in_one_line_that_names_it(name: str, text: str) -> None:
    with pytest.raises(env.Malformed) as refused:
        env.read({name: text})
    assert isinstance(refused.value, Invalid)
    assert refused.value.code == "malformed_setting"
    assert refused.value.detail.startswith(name)
    assert "\n" not in refused.value.detail


def test_every_setting_has_a_malformed_value_above_and_is_explained() -> None:
    mark = test_a_malformed_setting_is_refused_in_one_line_that_names_it.pytestmark[0]
    assert {name for name, _ in mark.args[1]} == {setting.name for setting in env.SETTINGS}
    for setting in env.SETTINGS:
        assert setting.help.endswith(".")
        assert setting.default
        assert setting.type


def test_a_secret_is_never_repeated_in_the_fault() -> None:
    for name, text in [("GOODWORD_SECRET_KEY", "hunter2"), ("GOODWORD_DATABASE_URL", "postgresql://u:hunter2@h:x/d"),
                       ("GOODWORD_SMTP_URL", "smtp://u:hunter2@h/?tls=x")]:  # fmt: skip
        with pytest.raises(env.Malformed) as refused:
            env.read({name: text})
        assert "hunter2" not in refused.value.detail


def test_an_empty_variable_counts_as_unset() -> None:
    assert env.read({"GOODWORD_DEBUG": "", "GOODWORD_SMTP_URL": "  "}).debug is False


def test_a_variable_that_no_setting_bears_is_told() -> None:
    assert env.unknown(
        {"GOODWORD_PUBLIC_ULR": "x", "GOODWORD_DATA": "x", "GOODWORD_TEST_DATABASE": "x", "HOME": "x"}
    ) == ["GOODWORD_PUBLIC_ULR"]


def test_the_secret_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    made = kept_key(folder)
    assert len(made) >= 64
    assert kept_key(folder) == made
    assert kept_key(tmp_path / "other") != made
    assert [p.name for p in folder.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_a_secret_key_file_cut_short_is_refused_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("oops\n")
    with pytest.raises(env.Malformed):
        kept_key(tmp_path)
    assert (tmp_path / "secret_key").read_text() == "oops\n"


def test_the_command_ends_with_2_and_one_line_when_a_setting_is_malformed(tmp_path: Path) -> None:
    done = python("from goodword.cli import main; raise SystemExit(main(['doctor']))", GOODWORD_DATA=str(tmp_path),
                  GOODWORD_PUBLIC_URL="nonsense")  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "goodword: GOODWORD_PUBLIC_URL is no web address; write it like https://refer.example.com\n"


def test_cookies_are_secure_and_browsers_remember_https_when_the_public_address_is_https(tmp_path: Path) -> None:
    code = (
        "from goodword.config import settings as s\n"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, end=' ')\n"
        "print(s.CSRF_TRUSTED_ORIGINS, s.ALLOWED_HOSTS)"
    )
    done = python(code, GOODWORD_DATA=str(tmp_path), GOODWORD_PUBLIC_URL="https://refer.example.com")
    assert done.stderr == ""
    assert done.stdout.split(" ", 3)[:3] == ["True", "True", "True"]
    assert "['https://refer.example.com'] ['refer.example.com', '127.0.0.1', 'localhost', '[::1]']" in done.stdout
    plain = python(code, GOODWORD_DATA=str(tmp_path))
    assert plain.stdout.startswith("False False False []")


def visit(trusted: str, **meta: str) -> HttpRequest:
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    door = middleware.TrustedProxies(view)
    door.trusted = readers.networks(trusted)
    door(RequestFactory().get("/", **meta))
    return seen[0]


def test_forwarded_headers_of_strangers_are_thrown_away() -> None:
    request = visit(
        "10.0.0.0/8", REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="1.2.3.4", HTTP_X_FORWARDED_PROTO="https"
    )
    assert request.META["REMOTE_ADDR"] == "203.0.113.9"
    assert not request.is_secure()
    assert "HTTP_X_FORWARDED_FOR" not in request.META


@pytest.mark.parametrize(
    ("forwarded", "visitor"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("nonsense", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_a_trusted_proxy_tells_the_visitors_address_and_the_visitor_cannot(forwarded: str, visitor: str) -> None:
    request = visit(
        "10.0.0.0/8", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded, HTTP_X_FORWARDED_PROTO="https"
    )
    assert request.META["REMOTE_ADDR"] == visitor
    assert request.is_secure()


@pytest.mark.django_db
def test_every_page_forbids_inline_scripts_foreign_sources_and_framing(client: Client) -> None:
    response = client.get("/no-such-page")
    policy = response.headers["Content-Security-Policy"]
    for rule in ("default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
                 "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"):  # fmt: skip
        assert rule in policy.split("; ")
    assert "unsafe" not in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_nobody_signs_up_by_themselves(client: Client, django_user_model: type) -> None:
    client.post("/accounts/signup/", {"email": "eve@example.com", "password1": "correct horse battery"})
    assert django_user_model.objects.count() == 0


@pytest.mark.parametrize(
    ("message", "masked"),
    [
        ("Not Found: /api/v1/vouchers/4GHK7M2PQRS6/redeem", "Not Found: /api/v1/vouchers/…S6/redeem"),
        ("GET /v/4GHK-7M2P-QRS6?x=1", "GET /v/…S6?x=1"),
        ("/api/v1/discount-codes/7XQ9MZ3K/redeem", "/api/v1/discount-codes/…3K/redeem"),
        ("Not Found: /s/Zx81kQ-survey-of-a-jobQ7", "Not Found: /s/…Q7"),
        ("GET /api/v1/vouchers?q=", "GET /api/v1/vouchers?q="),
        ("GET /api/v1/vouchers?limit=5&q=4GHK-7M2P&state=active", "GET /api/v1/vouchers?limit=5&q=…2P&state=active"),
        ("GET /api/v1/contacts?q=Ann", "GET /api/v1/contacts?q=Ann"),
    ],
)
def test_a_voucher_code_never_stands_in_a_log(message: str, masked: str) -> None:
    import logging

    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s", (message,), None)
    assert logs.MaskCodes().filter(record)
    assert record.getMessage() == masked
