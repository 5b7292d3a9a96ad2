"""ARCHITECTURE.md as a test: who may import, who may point at whom, and what must not be written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignObject, ManyToManyField

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "goodword"
LONGEST = 400
LINTER = Path(sys.executable).with_name("lint-imports")


def contracts() -> list[dict[str, object]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def layers() -> list[set[str]]:
    """Return the layers from the top down, each a set of package names."""
    lines = next(c for c in contracts() if c["id"] == "layers")["layers"]
    return [{re.sub(r"[()\s]", "", name) for name in line.split("|")} for line in lines]


def sources(pattern: str = "*.py") -> Iterator[Path]:
    yield from (
        p for p in sorted(PACKAGE.rglob(pattern)) if "migrations" not in p.parts and "__pycache__" not in p.parts
    )


# --- foreign keys follow the same arrows as imports ----------------------------------------------------------------


def arrows() -> list[tuple[str, str, str]]:
    """Return every relation between our own apps: (from, to, field)."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            if isinstance(field, ForeignObject | ManyToManyField) and field.related_model is not None:
                ends = (model.__module__.split("."), field.related_model.__module__.split("."))
                if all(end[0] == "goodword" for end in ends):
                    found.append((ends[0][1], ends[1][1], f"{model._meta.label}.{field.name}"))
    return found


def points_down(source: str, target: str, order: list[set[str]]) -> bool:
    """Say whether ``source`` stands above ``target``, or is the same package."""
    height = {name: place for place, names in enumerate(order) for name in names}
    return source == target or height[source] < height[target]


def test_foreign_keys_point_down_the_layers() -> None:
    found = arrows()
    assert found, "no model was looked at"
    assert [label for source, target, label in found if not points_down(source, target, layers())] == []


def test_the_ledger_names_business_holder_and_event_by_plain_ids() -> None:
    assert [label for source, target, label in arrows() if (source == "ledger") != (target == "ledger")] == []


def test_a_foreign_key_upwards_or_sideways_would_be_seen() -> None:
    order = layers()
    assert not points_down("people", "referrals", order)
    assert not points_down("referrals", "vouchers", order)
    assert not points_down("ledger", "business", order)
    assert points_down("referrals", "work", order)


def test_nobody_reaches_a_model_by_its_name_in_text() -> None:
    assert offences(r"\b(?:apps\.)?get_model\(") == []


# --- what must not be written ---------------------------------------------------------------------------------------


def offences(pattern: str, *, within: str = "", files: str = "*.py", allowed: tuple[str, ...] = ()) -> list[str]:
    found = []
    for path in sources(files):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(f"goodword/{within}") and name not in allowed:
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [f"{name}:{n}: {line.strip()}" for n, line in enumerate(lines, 1) if re.search(pattern, line)]
    return found


def test_nothing_happens_by_signal_but_the_ledgers_seals() -> None:
    pattern = r"\.signals import|import .*\bSignal\b|@receiver|dispatch import|signals\.\w+\.connect"
    assert offences(pattern, allowed=("goodword/ledger/apps.py",)) == []


def test_saving_a_row_does_nothing_but_save_it() -> None:
    assert offences(r"^\s+(?:async )?def (?:a?save|a?delete|refresh_from_db|save_base)\(self", allowed=()) == []


def test_transactions_open_in_flow() -> None:
    opened = offences(r"\btransaction\.(?:atomic|on_commit)|\bimport atomic\b")
    allowed = ("goodword/flow/", "goodword/worker/", "goodword/backtest/")
    assert [line for line in opened if not line.startswith(allowed)] == []


PURE = (
    "engine/",
    "money.py",
    "errors.py",
    "codes.py",
    "identity.py",
    "inbox/tables/",
    "ledger/recipes.py",
    "ledger/chart.py",
    "vouchers/law/",
    "vouchers/estimating.py",
)


@pytest.mark.parametrize("within", PURE)
def test_the_pure_part_never_asks_for_the_time_or_for_chance(within: str) -> None:
    assert (
        offences(
            r"\.(?:now|utcnow|today)\(|\bopen\(|\bprint\(|\bgetenv\b|\benviron\b|uuid4|token_bytes\(", within=within
        )
        == []
    )


def test_pages_mirror_from_right_to_left() -> None:
    edges = r"(?:ml|mr|pl|pr|left|right)-(?:\d|auto|px|\[)"
    physical = rf"(?<![\w-])-?(?:{edges}|(?:text|float)-(?:left|right)\b|(?:border|rounded)-[lr]\b)"
    assert re.search(physical, '<div class="ml-4 text-left">')
    assert not re.search(physical, '<div class="ms-4 pe-2 text-start html-4">')
    assert offences(physical, files="*.html") == []


def test_no_template_carries_script_or_style_of_its_own() -> None:
    assert (
        offences(
            r"<style\b|\sstyle=|<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)|\son[a-z]+=\"", files="*.html"
        )
        == []
    )


def test_no_module_is_named_after_nothing() -> None:
    empty = {"utils", "helpers", "common", "manager", "managers", "service", "core", "misc"}
    assert [str(p.relative_to(ROOT)) for p in sources() if empty & {p.stem, p.parent.name}] == []


def test_files_stay_small() -> None:
    long = {p.relative_to(ROOT).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in sources()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


# --- the import contracts hold, and each would be seen broken -------------------------------------------------------


def lint(folder: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the import contracts of pyproject.toml over the package in ``folder``."""
    command = [str(LINTER), "--no-cache", *(["--contract", contract] if contract else [])]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the package that may be spoilt."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(PACKAGE, folder / "goodword", ignore=shutil.ignore_patterns("__pycache__", "static", "*.html"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_import_contracts_hold(tree: Path) -> None:
    done = lint(tree)
    assert done.returncode == 0, done.stdout[-3000:]
    assert f"Contracts: {len(contracts())} kept, 0 broken." in done.stdout


PLANTED = [
    ("layers", "goodword/people/planted.py", "import goodword.flow"),
    ("layers", "goodword/engine/planted.py", "import goodword.ledger"),
    ("layers", "goodword/inbox/planted.py", "import goodword.people"),
    ("pure", "goodword/engine/planted.py", "import django.db"),
    ("pure", "goodword/engine/planted.py", "from time import monotonic"),
    ("pure", "goodword/money.py", "import random"),
    ("pure", "goodword/errors.py", "import logging"),
    ("pure", "goodword/codes.py", "import secrets"),
    ("pure", "goodword/identity.py", "import socket"),
    ("pure", "goodword/inbox/tables/planted.py", "import sqlite3"),
    ("pure", "goodword/ledger/recipes.py", "import os"),
    ("pure", "goodword/ledger/chart.py", "import uuid"),
    ("pure", "goodword/vouchers/law/planted.py", "import pathlib"),
    ("pure", "goodword/vouchers/estimating.py", "import django.db"),
    ("ledger-models", "goodword/flow/planted.py", "import goodword.ledger.models"),
    ("posting", "goodword/worker/planted.py", "import goodword.ledger.posting"),
    ("channels", "goodword/worker/planted.py", "import goodword.outbox.channels"),
    ("doors", "goodword/web/api/planted.py", "import goodword.web.console"),
    ("acyclic", "goodword/ledger/chart.py", "import goodword.ledger.recipes"),
]


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_import_breaks_its_contract(tree: Path, contract: str, file: str, line: str) -> None:
    if contract not in {c["id"] for c in contracts()} or not (tree / file).parent.is_dir():
        pytest.skip(f"{contract}: that package is not there yet")
    path = tree / file
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n")
    try:
        done = lint(tree, contract)
    finally:
        path.write_text(before) if before is not None else path.unlink()
    assert done.returncode == 1, done.stdout[-2000:]
    assert "0 kept, 1 broken" in done.stdout


@pytest.mark.parametrize(
    ("contract", "packages"), [("channels", ["outbox/channels"]), ("doors", ["web/api", "web/console", "web/pages"])]
)
def test_a_contract_is_in_force_as_soon_as_its_packages_are_there(contract: str, packages: list[str]) -> None:
    there = all((PACKAGE / name).is_dir() and any((PACKAGE / name).rglob("*.py")) for name in packages)
    assert not there or contract in {c["id"] for c in contracts()}, f"uncomment it in pyproject.toml: {contract}"


def test_a_package_that_no_layer_names_breaks_the_contract(tree: Path) -> None:
    (tree / "goodword" / "planted").mkdir()
    (tree / "goodword" / "planted" / "__init__.py").touch()
    try:
        done = lint(tree, "layers")
    finally:
        shutil.rmtree(tree / "goodword" / "planted")
    assert done.returncode == 1
    assert "goodword.planted" in done.stdout
