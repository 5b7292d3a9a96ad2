"""The documents are complete, current and lead somewhere: what the code has is told, what is told exists."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import jsonschema
import pytest

from goodword import cli
from goodword.business.reading import DEFAULTS
from goodword.config import env
from goodword.engine.events import TYPES
from goodword.engine.programme import check, json_schema, parse
from goodword.engine.rules.amounts import AMOUNTS
from goodword.engine.rules.conditions import CONDITIONS
from goodword.engine.rules.gifts import GIFTS
from goodword.engine.rules.rule import TRIGGERS
from goodword.flow import clock_events
from goodword.flow.commands import COMMANDS
from goodword.worker.demo.loading import OWNER, PASSWORD, STAFF
from tests import reference_pages

ROOT = Path(__file__).resolve().parent.parent
TUTORIAL = ROOT / "docs" / "tutorial" / "first-reward.md"  # shows a fault on purpose; tests/test_tutorial.py runs it
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# --- what is made from the code is current --------------------------------------------------------------------------


@pytest.mark.parametrize("path", reference_pages.pages(), ids=lambda path: path.name)
def test_a_page_made_from_the_code_is_current(path: Path) -> None:
    assert path.exists(), "run: make reference"
    assert path.read_text(encoding="utf-8") == reference_pages.pages()[path], "run: make reference"


def test_every_setting_command_and_event_type_is_documented() -> None:
    settings, commands, events = (read(f"docs/reference/{name}.md") for name in ("settings", "commands", "events"))
    assert [s.name for s in env.SETTINGS if f"| `{s.name}` |" not in settings] == []
    assert [key for key in DEFAULTS if f"| `{key}` |" not in settings] == []
    assert [name for name in cli.COMMANDS if f"\n## goodword {name}\n" not in commands] == []
    kinds = [*TYPES, *COMMANDS, *clock_events.TYPES]
    assert len(kinds) >= 20
    assert [kind for kind in kinds if f"| `{kind}` |" not in events] == []


def test_every_rule_kind_is_documented() -> None:
    page = read("docs/reference/programme.md")
    assert [name for name in TRIGGERS if f"`{name}`" not in page] == []
    assert [name for name in GIFTS if f"`{name}`" not in page] == []
    assert [name for name in CONDITIONS if not re.search(rf"`{name}: ", page)] == []
    assert [name for name in AMOUNTS if name != "fixed" and f"`{{{name}: " not in page] == []
    schema = json_schema()
    keys = [*schema["properties"], *schema["properties"]["rules"]["items"]["properties"]]
    assert [key for key in keys if not re.search(rf"\b{key}\b", page)] == []


# --- programmes on the pages hold -----------------------------------------------------------------------------------


def documents() -> list[tuple[str, str]]:
    """Return every whole programme in the documents, and those that are kept as files."""
    found = [
        (f"{page.relative_to(ROOT)}#{number}", block)
        for page in PAGES
        if page != TUTORIAL
        for number, block in enumerate(re.findall(r"^```ya?ml\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S))
        if block.startswith("format:")
    ]
    files = [p for p in (ROOT / "examples").rglob("*.yaml") if p.read_text("utf-8").startswith("format:")]
    return [*found, *((str(p.relative_to(ROOT)), p.read_text("utf-8")) for p in files)]


def test_there_are_programmes_to_check() -> None:
    assert {name.split("#")[0] for name, _ in documents()} >= {"docs/reference/programme.md"}


@pytest.mark.parametrize("document", [pytest.param(text, id=name) for name, text in documents()])
def test_a_programme_in_the_documents_is_valid_and_passes_its_schema(document: str) -> None:
    programme, faults, _ = check(document)
    assert faults == ()
    assert programme is not None
    jsonschema.validate(parse(document).source, json_schema(), cls=jsonschema.Draft202012Validator)


# --- links lead somewhere -------------------------------------------------------------------------------------------


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def links(page: Path) -> list[str]:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    text = re.sub(r"`[^`\n]*`", "", text)
    return [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'(?:src|href)="([^"]+)"', text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_documents_leads_somewhere(page: Path) -> None:
    dead = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, place = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            dead.append(link)
        elif place and target.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.M)
            dead += [] if place in map(anchor, headings) else [link]
    assert dead == []


def test_a_dead_link_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text('[b](b.md) [c](#c-d) <img src="e.png"> `[f](f.md)`\n```\n[g](g.md)\n```\n# C, d\n')
    assert links(page) == ["b.md", "#c-d", "e.png"]
    assert anchor("C, d") == "c-d"


def test_every_page_is_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen and page.suffix == ".md" and page.exists():
            seen.add(page)
            waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links(page) if "://" not in link]
    wanted = {page for page in PAGES if page.parent != ROOT / "docs" / "adr" and ROOT / "examples" not in page.parents}
    assert sorted(str(page.relative_to(ROOT)) for page in wanted - seen) == []


# --- the README and the law -----------------------------------------------------------------------------------------


def test_the_two_commands_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.M))
    commands = re.findall(r"^make (\w+)", read("README.md"), flags=re.M)
    assert commands == ["run", "test"]
    assert set(commands) <= targets


def test_the_readme_tells_the_demos_sign_in() -> None:
    for email in (OWNER, *STAFF):
        assert f"| `{email}` | `{PASSWORD}` |" in read("README.md")


def test_the_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 250_000] == []


def test_every_ruling_and_requirement_that_the_code_cites_is_written_down() -> None:
    rulings = {int(number) for number in re.findall(r"^(\d+)\. ", read("docs/rulings.md"), flags=re.M)}
    assert rulings == set(range(1, max(rulings) + 1))
    cited = set()
    for path in (ROOT / "goodword").rglob("*.py"):
        for listed in re.findall(r"\brulings? (\d+(?:(?:, | and )\d+)*)", path.read_text(encoding="utf-8")):
            cited |= {int(number) for number in re.findall(r"\d+", listed)}
    assert len(cited) > 20
    assert sorted(cited - rulings) == []


def test_the_files_that_architecture_names_exist() -> None:
    text = read("ARCHITECTURE.md")
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", text)) - {"outbox/channels/x.py"}
    assert len(named) >= 12
    assert [n for n in sorted(named) if not (ROOT / n).exists() and not (ROOT / "goodword" / n).exists()] == []


def test_every_package_is_in_the_picture_of_the_tree() -> None:
    picture = read("ARCHITECTURE.md").split("```")[1]
    packages = {path.parent.name for path in (ROOT / "goodword").glob("*/__init__.py")}
    assert [name for name in sorted(packages) if not re.search(rf"^  {name}/", picture, flags=re.M)] == []


def test_the_documents_name_no_machine_of_ours() -> None:
    words = ("/wo" + "rk/", "/ro" + "ot/", "/tmp/gw")
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split() or [str(page.relative_to(ROOT)) for page in PAGES]
    assert [name for name in names if (ROOT / name).exists() and any(word in read(name) for word in words)] == []
