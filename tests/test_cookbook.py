"""docs/how-to/cookbook.md is run, block by block, against a real server, and its answers are compared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.installations import ROOT, goodword, installation
from tests.shell_pages import Shell, blocks, compare, fits, free_port

PAGE = ROOT / "docs" / "how-to" / "cookbook.md"
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@needs_curl
@pytest.mark.requirement("R2")
def test_every_recipe_of_the_cookbook_does_what_it_says(database_vendor: str, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    with installation(database_vendor, tmp_path / "data") as environment:
        opening = ("--name", "Elm", "--currency", "USD", "--timezone", "America/Denver", "--country", "US", "--json")
        key = json.loads(goodword("init", *opening, environment=environment))["api_key"]
        port = free_port()
        shell = Shell(tmp_path / "desk", {**environment, "GOODWORD_PUBLIC_URL": f"http://127.0.0.1:{port}"}, port=port)
        printed, compared = "", 0
        with shell.served():
            for block in blocks(PAGE):
                if block.kind == "yaml":
                    (shell.folder / block.file).write_text(block.text, encoding="utf-8")
                elif block.kind == "bash":
                    printed = shell.run(block.text.replace("gw_...", key))
                else:
                    compare(block, printed)
                    compared += 1
        assert compared == len([b for b in blocks(PAGE) if b.kind in ("json", "text")]) > 10
        assert goodword("books", "check", environment=environment) == "the books hold\n"


def test_a_shown_answer_is_compared_and_not_only_read() -> None:
    told = {"data": [{"id": "1", "name": "Ann"}], "next": None}
    assert fits(told, {"data": [{"name": "Ann"}]})
    assert fits(told, {"data": "…"})
    assert not fits(told, {"data": []})
    assert not fits(told, {"data": [{"name": "Eve"}]})
    assert not fits(told, {"more": "…"})
