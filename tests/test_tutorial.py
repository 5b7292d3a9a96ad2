"""docs/tutorial/first-reward.md is followed literally: what it tells to type is typed, what it shows is compared."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.installations import ROOT, goodword, installation
from tests.shell_pages import Shell, blocks, compare, free_port

PAGE = ROOT / "docs" / "tutorial" / "first-reward.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.requirement("R3")
@pytest.mark.requirement("R4")
def test_the_first_reward_is_what_the_tutorial_says(tmp_path: Path) -> None:
    """On SQLite, as the page leads to it: nothing is installed, nothing is set up beside it, nothing is paid for."""
    with installation("sqlite", tmp_path / "tmp-first-reward") as environment:
        shell, key, printed, compared = Shell(tmp_path, environment, port=free_port()), "", "", 0
        steps = blocks(PAGE)
        begins = next(n for n, step in enumerate(steps) if "Start the server" in step.before)
        for step in steps[:begins]:
            if step.kind == "yaml":
                (tmp_path / step.file).write_text(step.text, encoding="utf-8")
                continue
            for wrong, right in re.findall(r"Write `(\w+: )(.+?)`, check again", step.before):
                file = tmp_path / "gardens.yaml"
                file.write_text(re.sub(rf"{wrong}.*", wrong + right, file.read_text()), encoding="utf-8")
                shell.run(".venv/bin/goodword programme check gardens.yaml")
            printed = shell.run(step.text.replace("gw_...", key), code=1 if step.fails else 0)
            key = next(iter(re.findall(r"gw_\w+", printed)), key)
        with shell.served():
            for step in steps[begins:]:
                if step.kind == "bash":
                    printed = shell.run(step.text)
                elif step.file:
                    (tmp_path / step.file).write_text(step.text, encoding="utf-8")
                else:
                    compare(step, printed)
                    compared += 1
        assert compared == 4
        assert goodword("books", "check", environment=shell.environment) == "the books hold\n"
