"""goodword serve: refuses early what cannot work, serves, and stops gracefully with its worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from goodword.errors import Invalid, Refused
from goodword.worker.commands import serve

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("text", "expected"),
    [("127.0.0.1:8000", ("127.0.0.1", 8000)), ("[::1]:80", ("::1", 80)), (":8000", ("0.0.0.0", 8000))],
)
def test_an_address_to_listen_on_is_read(text: str, expected: tuple[str, int]) -> None:
    assert serve.read_bind(text) == expected


@pytest.mark.parametrize("text", ["", "8000", "host", "host:", "host:0", "host:65536", "host:٨٠", "host:-1"])
def test_an_address_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        serve.read_bind(text)
    assert refused.value.code == "bad_bind"


def test_sqlite_is_served_by_one_process_and_postgresql_by_as_many_as_asked() -> None:
    assert serve.how_many(None, vendor="sqlite") == 1
    assert serve.how_many(1, vendor="sqlite") == 1
    assert serve.how_many(None, vendor="postgresql") == 2
    assert serve.how_many(7, vendor="postgresql") == 7
    for asked, vendor in [(2, "sqlite"), (0, "postgresql"), (-1, "sqlite")]:
        with pytest.raises(Invalid) as refused:
            serve.how_many(asked, vendor=vendor)
        assert refused.value.code == "bad_processes"


def test_an_address_in_use_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Refused) as refused:
            serve.refuse_taken("127.0.0.1", taken.getsockname()[1])
    assert refused.value.code == "address_taken"


def own_environment(folder: Path) -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("GOODWORD_", "DJANGO_"))}
    return {**plain, "GOODWORD_DATA": str(folder), "PYTHONWARNINGS": "default"}


def goodword(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "goodword.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=own_environment(folder), capture_output=True, text=True, check=False)


def test_a_database_that_is_not_set_up_is_not_served(tmp_path: Path) -> None:
    done = goodword(tmp_path, "serve", "--no-worker")
    assert done.returncode == 1
    assert done.stderr == ("goodword: the database is not set up for this release; run: goodword django migrate\n")


def test_it_serves_and_stops_gracefully(tmp_path: Path) -> None:
    migrated = goodword(tmp_path, "django", "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "goodword.cli", "serve", "--no-worker", "--bind", f"127.0.0.1:{port}"]
    log = tmp_path / "log"
    with log.open("w") as stream:
        server = subprocess.Popen(command, cwd=ROOT, env=own_environment(tmp_path), stdout=stream, stderr=stream)
    try:
        status = first_answer(f"http://127.0.0.1:{port}/accounts/no-such-page", server)
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=40)
    assert status == 404, log.read_text()
    assert code == 0, log.read_text()
    assert "Traceback" not in log.read_text()


def first_answer(url: str, server: subprocess.Popen[bytes]) -> int | None:
    """Return the status of the first answer; None when none came within 30 seconds."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(url, timeout=5) as response:
                return int(response.status)
        except HTTPError as fault:
            with fault:
                return fault.code
        except OSError:
            time.sleep(0.2)
    return None


def test_the_worker_beside_the_web_is_started_again_when_it_dies_and_ends_with_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(self: serve.Worker) -> subprocess.Popen[bytes]:
        code = "import sys; sys.exit(3)" if not started else "import time; time.sleep(60)"
        started.append(subprocess.Popen([sys.executable, "-c", code], start_new_session=True))
        return started[-1]

    monkeypatch.setattr(serve.Worker, "_start", start)
    monkeypatch.setattr(serve, "BACK_OFF", (0.05,))
    worker = serve.Worker()
    deadline = time.monotonic() + 20
    while len(started) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.stop()
    assert [child.poll() for child in started] == [3, -signal.SIGTERM]
    assert capfd.readouterr().err == "goodword: the worker ended with 3; again in 0.05 s\n"
