"""The house itself: locked dependencies, requirements shown, catalogues that hold, a cluster that goes away."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import closing_lines, postgres, requirements_report, translations

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_dependency_is_locked_with_hashes_and_without_addresses(lock: Path) -> None:
    text = lock.read_text()
    pins = re.findall(r"^([A-Za-z0-9._-]+)==\S+ (?:; .+ )?\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert len(pins) == len(lines)
    assert "://" not in text
    assert "index-url" not in text


def test_what_runs_is_what_was_tested() -> None:
    pins = [dict(re.findall(r"^(\S+)==(\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))
            for name in ("run.txt", "dev.txt")]  # fmt: skip
    assert {name: version for name, version in pins[0].items() if pins[1].get(name) != version} == {}


def test_all_139_requirements_are_listed_and_every_marker_names_one() -> None:
    known = requirements_report.words((ROOT / "docs" / "requirements.md").read_text(encoding="utf-8"))
    assert set(known) == {f"R{number}" for number in range(1, requirements_report.LAST + 1)}
    assert set(requirements_report.collect(ROOT / "tests")) <= set(known)


def test_markers_are_found_on_functions_classes_and_modules() -> None:
    source = (
        "pytestmark = [pytest.mark.requirement('R1')]\n"
        "@pytest.mark.requirement('R2', 'R3')\ndef test_a(): ...\n"
        "@mark.requirement('R4')\nclass TestB:\n    @pytest.mark.requirement('R5')\n    def test_c(self): ...\n"
        "# pytest.mark.requirement('R6')\n"
    )
    assert sorted(requirements_report.marked(source, "t.py")) == [
        ("R1", "t.py"),
        ("R2", "t.py::test_a"),
        ("R3", "t.py::test_a"),
        ("R4", "t.py::TestB"),
        ("R5", "t.py::test_c"),
    ]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Hello"\nmsgstr "Hej"\n', None),
        ('msgid "Hello"\nmsgstr ""\n', "is not translated"),
        ('#, fuzzy\nmsgid "Hello"\nmsgstr "Hej"\n', "is marked fuzzy"),
        ('#, python-format\nmsgid "%(count)s left"\nmsgstr "%(antal)s kvar"\n', "placeholder"),
        ('msgid "Hello\n', "missing msgstr"),
    ],
)
def test_a_catalogue_with_a_fault_is_told(entry: str, fault: str | None, tmp_path: Path) -> None:
    folder = tmp_path / "sv" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (folder / "django.po").write_text(head + entry)
    found = list(translations.faults(tmp_path))
    if fault is None:
        assert found == []
    else:
        assert len(found) == 1
        assert fault in found[0]


def test_the_closing_line_is_the_last_that_says_anything() -> None:
    assert closing_lines.closing_line("a\n\x1b[32m2 passed\x1b[0m in 1s\n\n") == "2 passed in 1s"
    assert closing_lines.closing_line("\n") == "no output"


def test_a_throw_away_cluster_answers_and_is_gone_afterwards(tmp_path: Path) -> None:
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL on this machine")
    code = (
        "import os, psycopg\n"
        "from pathlib import Path\n"
        "with psycopg.connect(os.environ['GOODWORD_TEST_DATABASE_URL']) as c:\n"
        "    print(c.execute('show data_directory').fetchone()[0])\n"
        "    print(c.execute('select current_database()').fetchone()[0])\n"
        "raise SystemExit(7)"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GOODWORD_TEST_DATABASE")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.postgres", "run", "--", sys.executable, "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 7, done.stderr
    folder, database = done.stdout.split()
    assert database == "goodword"
    assert not Path(folder).exists()


def test_wrong_use_of_the_cluster_is_told() -> None:
    for arguments in ([], ["run"], ["run", "--"], ["start"]):
        assert postgres.main(arguments) == 2


def test_every_make_target_that_is_promised_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in ("setup", "run", "test", "check", "bench", "demo", "requirements", "css", "soak", "format"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    ci = (ROOT / ".ci" / "run").read_text()
    assert "make check" in ci
    assert "make test" in ci
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_no_committed_text_names_a_package_address_or_a_home_on_one_machine() -> None:
    # The words are put together here so that this file does not contain them.
    words = ["/ro" + "ot/", "/wo" + "rk/main", "/wo" + "rk/shared", "index" + "-url", "pypi" + ".org/simple"]
    kinds = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".html", ".css", ""}
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    if not any(listed):
        pytest.skip("not a checkout")
    found = []
    for name in listed:
        path = ROOT / name
        if name and path.suffix in kinds and path.is_file() and path != Path(__file__) and name != "Makefile":
            text = path.read_text(encoding="utf-8", errors="ignore")
            found += [f"{name}: {word}" for word in words if word in text]
    assert found == []
