"""``goodword serve``: the web in processes of its own and, unless told not to, a worker beside it."""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import threading

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from goodword.errors import Invalid, Refused

THREADS = 4  # a process; measured best with the database on the same machine
GRACE = 30  # seconds that requests and the worker get to finish
BACK_OFF = (1, 2, 5, 15, 30)  # seconds before a worker that died is started again


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, how many processes, worker or not."""
    parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="default: 127.0.0.1:8000")
    parser.add_argument("--processes", type=int, metavar="N", help="default: 2 on PostgreSQL; 1, always, on SQLite")
    parser.add_argument("--no-worker", action="store_true", help="serve only; run goodword work elsewhere")


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; return 0 after a graceful stop."""
    host, port = read_bind(args.bind)
    processes = how_many(args.processes, vendor=connection.vendor)
    refuse_unmigrated()
    refuse_taken(host, port)
    if settings.UNKNOWN_VARIABLES:
        print(f"goodword: unknown settings, ignored: {', '.join(settings.UNKNOWN_VARIABLES)}", file=sys.stderr)
    connection.close()
    worker = None if args.no_worker else Worker()
    try:
        _serve(host, port, processes)
    finally:
        if worker:
            worker.stop()
    return 0


def read_bind(text: str) -> tuple[str, int]:
    """Read ``host:port``, ``[::1]:port`` or ``:port``.

    Raises:
        Invalid: ``bad_bind``.
    """
    host, colon, number = text.rpartition(":")
    if not colon or not number.isascii() or not number.isdigit() or not 0 < int(number) < 65536:
        raise Invalid("bad_bind", f"--bind {text}: write it like 127.0.0.1:8000")
    return host.removeprefix("[").removesuffix("]") or "0.0.0.0", int(number)  # noqa: S104 - “:8000” asks for all


def how_many(asked: int | None, *, vendor: str) -> int:
    """Return the number of processes: SQLite takes one writer at a time, so one process.

    Raises:
        Invalid: ``bad_processes`` below 1, or above 1 on SQLite.
    """
    if asked is not None and asked < 1:
        raise Invalid("bad_processes", "--processes: at least 1")
    if vendor == "sqlite":
        if asked not in (None, 1):
            raise Invalid("bad_processes", "--processes: SQLite is served by 1; move to PostgreSQL for more")
        return 1
    return asked or 2


def refuse_unmigrated() -> None:
    """Raise ``not_migrated`` when the database is older than this release."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused("not_migrated", "the database is not set up for this release; run: goodword django migrate")


def refuse_taken(host: str, port: int) -> None:
    """Raise ``address_taken`` when nothing can listen there."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise Refused("address_taken", f"cannot listen on {host}:{port}: {fault.strerror}") from None


def _serve(host: str, port: int, processes: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        target="goodword.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
        websockets=False,
    )
    print(f"goodword serves {settings.PUBLIC_URL} on {host}:{port}", file=sys.stderr, flush=True)
    server.serve()


class Worker:
    """Keeps one ``goodword work`` running until told to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._child = self._start()
        self._watch = threading.Thread(target=self._keep, name="worker-watch", daemon=True)
        self._watch.start()

    def _start(self) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches us alone, and we ask the worker to finish what it holds.
        return subprocess.Popen([sys.executable, "-m", "goodword.cli", "work"], start_new_session=True)

    def _keep(self) -> None:
        fails = 0
        while not self._stopping.is_set():
            code = self._child.wait()
            if self._stopping.is_set():
                return
            pause = BACK_OFF[min(fails, len(BACK_OFF) - 1)]
            fails += 1
            print(f"goodword: the worker ended with {code}; again in {pause} s", file=sys.stderr, flush=True)
            if self._stopping.wait(pause):
                return
            self._child = self._start()

    def stop(self) -> None:
        """Ask the worker to finish, and end it when it does not within ``GRACE`` seconds."""
        self._stopping.set()
        self._watch.join(timeout=1)
        self._child.terminate()
        try:
            self._child.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
