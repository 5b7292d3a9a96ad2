"""Files that people fetch are made one at a time, and a dead maker keeps nobody waiting."""

from __future__ import annotations

import json
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from goodword.errors import Conflict, NotFound
from goodword.flow.shelf import MAKING, SILENT, Shelf

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Begun:
    """A process that lives and is not this one; it takes its time to begin."""

    count = 0
    pid = os.getppid()

    def __init__(self, *_args: Any, **_named: Any) -> None:
        Begun.count += 1
        time.sleep(0.05)

    def wait(self) -> None:
        """The thread that waits for a real one has nothing to do here."""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setattr("goodword.flow.shelf.subprocess.Popen", Begun)
    monkeypatch.setattr(Begun, "count", 0)
    return Shelf(tmp_path, "*.zip", NotFound("no_file", "none"), Conflict("running", "one is being made already"))


def test_one_that_was_silent_too_long_is_dead_though_its_process_number_lives(shelf: Shelf) -> None:
    mark = shelf.folder / MAKING
    mark.write_text(json.dumps({"pid": os.getppid(), "since": NOW.isoformat(), "table": "", "rows": 7}))
    os.utime(mark, (time.time() - SILENT + 60,) * 2)
    assert shelf.being_made() is not None
    with pytest.raises(Conflict):
        shelf.start(["export"], now=NOW)
    os.utime(mark, (time.time() - SILENT - 60,) * 2)
    assert shelf.being_made() is None
    shelf.start(["export"], now=NOW)
    assert (Begun.count, shelf.being_made() is not None) == (1, True)


def test_every_word_of_the_one_being_made_is_a_sign_of_life(shelf: Shelf) -> None:
    with shelf.making(now=NOW) as tell:
        os.utime(shelf.folder / MAKING, (time.time() - SILENT - 60,) * 2)
        tell("people.Contact", 4000)
        told = shelf.being_made()
        assert told is not None
        assert told.rows == 4000


def test_of_many_that_start_at_once_one_does(shelf: Shelf) -> None:
    refused: list[str] = []
    gate = threading.Barrier(4)

    def begin() -> None:
        gate.wait()
        try:
            shelf.start(["export"], now=NOW)
        except Conflict as refusal:
            refused.append(refusal.code)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Begun.count, refused) == (1, ["running"] * 3)
