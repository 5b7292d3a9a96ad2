"""docs/tutorial/in-the-console.md is followed word for word in a browser: every bullet is done, every sight is seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goodword.ledger import checking
from goodword.rewards.models import Reward
from tests.browser import shots

pytestmark = pytest.mark.browser
PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "in-the-console.md"
SAID = {
    "go": re.compile(r"Go to `(.+)`\.$"),
    "fill": re.compile(r"Fill in \*\*(.+)\*\* with `(.+)`\.$"),
    "choose": re.compile(r"Choose \*\*(.+)\*\* under \*\*(.+)\*\*\.$"),
    "press": re.compile(r"Press \*\*(.+)\*\*\.$"),
    "tick": re.compile(r"Tick \*\*(.+)\*\*\.?$"),
    "see": re.compile(r"You see “(.+)”\.?$"),
    "follow": re.compile(r"Follow the link `(.+)` in the page\.$"),
}


def steps() -> list[tuple[str, tuple[str, ...]]]:
    """Return what the page tells to do; a bullet that nobody could follow is a fault of the page."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("- "):
            continue
        read = [(what, match.groups()) for what, said in SAID.items() if (match := said.match(line[2:]))]
        assert len(read) == 1, line
        found += read
    return found


def do(page: Any, what: str, words: tuple[str, ...]) -> None:
    """Do one bullet as a reader would: by the words that stand on the page."""
    if what == "go":
        page.goto(words[0])
    elif what == "fill":
        labelled(page, words[0]).fill(words[1])
    elif what == "choose":
        labelled(page, words[1]).select_option(label=words[0])
    elif what == "tick":
        labelled(page, words[0]).check()
    elif what == "press":
        if "/r/" in page.url:
            page.wait_for_timeout(2_500)  # a form that comes back faster than a person types is asked for once more
        named = {"name": words[0], "exact": True}
        if page.locator("[name=opened]").count():  # the form for friends: nobody fills it in in less
            page.wait_for_timeout(2500)
        page.get_by_role("button", **named).or_(page.get_by_role("link", **named)).locator("visible=true").first.click()
        page.wait_for_load_state("networkidle")
    elif what == "follow":
        address = re.findall(rf"https?://[^\s<\"]*{re.escape(words[0])}\w+", page.content())[0]
        page.goto(address)
    else:
        page.get_by_text(words[0]).locator("visible=true").first.wait_for()


def labelled(page: Any, words: str) -> Any:
    """Return the field whose label begins with these words."""
    return page.get_by_label(re.compile(rf"^\s*{re.escape(words)}")).locator("visible=true").first


@pytest.mark.requirement("R3")
@pytest.mark.requirement("R4")
def test_a_reader_gets_from_nothing_to_an_explained_reward(open_browser: Callable[..., Any], live_server: Any) -> None:
    page = open_browser(shots.DESK)
    told = steps()
    assert len(told) > 30
    for number, (what, words) in enumerate(told, 1):
        try:
            do(page, what, words)
        except Exception as fault:
            said = page.inner_text("main")[:1500]
            raise AssertionError(f"step {number}: {what} {words} at {page.url}: {fault}\n{said}") from fault
    reward = Reward.objects.get(rule="thanks")
    assert (reward.status, reward.units, reward.holder.name) == ("pending", 2500, "Ann Archer")
    assert checking.faults() == []
