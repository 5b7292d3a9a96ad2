"""What every test may ask for, and how hard Hypothesis tries."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("dev", max_examples=25, deadline=None, derandomize=True, database=None)
EXAMPLES = int(os.environ.get("GOODWORD_TEST_EXAMPLES", "5000"))
settings.register_profile(
    "soak", max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
PROFILE = os.environ.get("GOODWORD_TEST_PROFILE", "dev")
settings.load_profile(PROFILE)


@pytest.fixture(scope="session")
def database_vendor() -> str:
    """Return ``sqlite`` or ``postgresql``: which database this run uses."""
    from django.db import connection

    return connection.vendor


@pytest.fixture(autouse=True)
def seals_off_for_the_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the flush after a test with real transactions empty the tables; the flush itself lays the seals on again."""
    marker = request.node.get_closest_marker("django_db")
    real = marker is not None and marker.kwargs.get("transaction")
    if not real and not {"transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("transactional_db")
    from goodword.ledger import seal

    yield
    seal.lift()


@pytest.fixture(autouse=True)
def nothing_is_left_of_the_last_test() -> Iterator[None]:
    """Forget what a process keeps: the language of the last answer, and how often somebody tried something."""
    yield
    from django.core.cache import cache
    from django.utils import translation

    translation.deactivate()
    cache.clear()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium to drive; the test is skipped, with the reason said, where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on this machine: install the package chromium")


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, with the reason said, what this run is not for."""
    on_postgres = os.environ.get("GOODWORD_TEST_DATABASE") == "postgres"
    browser = Path(__file__).parent / "browser"
    for item in items:
        if browser in item.path.parents:
            item.add_marker("browser")
        if item.get_closest_marker("postgres") and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="means something on PostgreSQL only"))
        if item.get_closest_marker("soak") and PROFILE != "soak":
            item.add_marker(pytest.mark.skip(reason="soak: GOODWORD_TEST_PROFILE=soak runs it"))


def pytest_report_header(config: pytest.Config) -> str:
    """Say which database and which profile this run uses."""
    return f"goodword: database {os.environ.get('GOODWORD_TEST_DATABASE', 'sqlite')}, profile {PROFILE}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the run's data folder; a worker process of xdist ends without its exit handlers."""
    settings_of_tests = sys.modules.get("tests.settings")
    if settings_of_tests is not None:
        shutil.rmtree(settings_of_tests.FOLDER, ignore_errors=True)
