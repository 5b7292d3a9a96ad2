"""Pages of the documentation that a reader types along: their blocks are run in a shell, their answers compared."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.installations import ROOT

ANYTHING = "…"
BLOCK = re.compile(r"^```(\w*) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w-]+\.(?:yaml|json))`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, the words between it and the block before, and whether it is to fail."""

    kind: str
    text: str
    before: str
    fails: bool

    @property
    def file(self) -> str:
        """Return the name of the file that the words before tell to save it as."""
        named: list[str] = FILE.findall(self.before)
        return named[-1] if named else ""


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in their order."""
    text, found, end = page.read_text(encoding="utf-8"), [], 0
    for match in BLOCK.finditer(text):
        found.append(Block(match[1], match[3], text[end : match.start()], match[2] == "fails"))
        end = match.end()
    return found


def fits(told: Any, shown: Any) -> bool:
    """Say whether an answer is what a page shows: objects may have more keys, “…” is anything."""
    if shown == ANYTHING:
        return True
    if isinstance(shown, dict):
        return isinstance(told, dict) and all(key in told and fits(told[key], value) for key, value in shown.items())
    if isinstance(shown, list):
        return isinstance(told, list) and len(told) == len(shown) and all(map(fits, told, shown))
    return bool(told == shown)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Shell:
    """A reader's terminal: a folder of its own, and what was exported stays exported."""

    def __init__(self, folder: Path, environment: dict[str, str], *, port: int) -> None:
        self.folder, self.environment, self.port = folder, environment, port
        (folder / ".venv").mkdir()
        (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)

    def run(self, text: str, *, code: int = 0) -> str:
        """Type a block; see that it ends with ``code`` and return what it printed on standard output."""
        typed = text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}").replace("/tmp/", f"{self.folder}/tmp-")
        script = f"set -e\n{typed}\nenv -0 > .environment\n"
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert done.returncode == code, f"{typed}\n{done.stdout}\n{done.stderr}"
        if code == 0:
            pairs = (self.folder / ".environment").read_text(encoding="utf-8").split("\0")
            self.environment = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        return done.stdout

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve what the shell's environment names, for the block."""
        command = [sys.executable, "-m", "goodword.cli", "serve", "--bind", f"127.0.0.1:{self.port}"]
        with (self.folder / "serve.log").open("wb") as log:
            server = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
            try:
                self._wait()
                yield
            finally:
                server.terminate()
                server.wait(timeout=30)

    def _wait(self) -> None:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                    return
            except OSError:
                time.sleep(0.25)
        raise AssertionError((self.folder / "serve.log").read_text(errors="replace")[-3000:])


def compare(block: Block, printed: str) -> None:
    """See that what was printed last is what the page shows after it."""
    if block.kind == "text":
        assert printed.replace("\r", "").strip() == block.text.strip()
        return
    last = [line for line in printed.replace("}{", "}\n{").splitlines() if line.startswith(("{", "["))][-1]
    assert fits(json.loads(last), json.loads(block.text)), f"{last}\nis not\n{block.text}"
