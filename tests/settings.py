"""The product's settings over a data folder of their own and the database that the run asks for.

GOODWORD_TEST_DATABASE is ``sqlite`` (default) or ``postgres``; the second needs GOODWORD_TEST_DATABASE_URL, which
``python -m tests.postgres run -- pytest`` sets after starting a throw-away cluster.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

for name in [n for n in os.environ if n.startswith("GOODWORD_") and not n.startswith("GOODWORD_TEST_")]:
    del os.environ[name]  # a developer's own settings never reach a test
FOLDER = Path(tempfile.mkdtemp(prefix="goodword-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["GOODWORD_DATA"] = str(FOLDER)
VENDOR = os.environ.get("GOODWORD_TEST_DATABASE", "sqlite")
if VENDOR == "postgres":
    if not os.environ.get("GOODWORD_TEST_DATABASE_URL"):
        raise SystemExit("GOODWORD_TEST_DATABASE=postgres: run it as python -m tests.postgres run -- pytest …")
    os.environ["GOODWORD_DATABASE_URL"] = os.environ["GOODWORD_TEST_DATABASE_URL"]
elif VENDOR != "sqlite":
    raise SystemExit(f"GOODWORD_TEST_DATABASE is sqlite or postgres, not {VENDOR}")

from goodword.config.settings import *  # noqa: E402, F403 - the environment above comes first
from goodword.config.settings import DATABASES  # noqa: E402 - named for the line below

if VENDOR == "sqlite":
    # A real file, so that connections of several threads meet as they do in production.
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
