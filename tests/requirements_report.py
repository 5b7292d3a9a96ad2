"""``python -m tests.requirements_report``: every requirement with the tests that show it, and those without one.

The list is docs/requirements.md; a test names what it shows by ``@pytest.mark.requirement("R61")``. Read from the
source, so that nothing has to run.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAST = 139
_ROW = re.compile(r"^\| (R\d+) \| (.+?) \|")


def words(document: str) -> dict[str, str]:
    """Return the requirements of the document: id → words."""
    rows = (_ROW.match(line) for line in document.splitlines())
    return {row[1]: re.sub(r"\*\*|`", "", row[2]) for row in rows if row}


def marked(source: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield (requirement, test) for every marker in a test file, on functions, classes and the module."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            yield from ((requirement, name) for requirement in _requirements(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                yield from ((requirement, f"{name}::{node.name}") for requirement in _requirements(decorator))


def _requirements(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "requirement":
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def collect(folder: Path) -> dict[str, list[str]]:
    """Return requirement → tests, over every test file under ``folder``."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for requirement, test in marked(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))):
            found.setdefault(requirement, []).append(test)
    return found


def main() -> int:
    """Print the report; return 1 when a marker names a requirement that does not exist."""
    known = words((ROOT / "docs" / "requirements.md").read_text(encoding="utf-8"))
    shown = collect(ROOT / "tests")
    missing = [requirement for requirement in known if requirement not in shown]
    for requirement, text in known.items():
        tests = shown.get(requirement, [])
        print(f"{requirement:>5} {'shown  ' if tests else 'MISSING'} {text[:110]}")
        for test in tests:
            print(f"              {test}")
    print(f"\n{len(known) - len(missing)} of {len(known)} requirements are shown by a test")
    if missing:
        print("without one: " + ", ".join(missing))
    unknown = sorted(set(shown) - set(known))
    if unknown:
        print("markers that name no requirement: " + ", ".join(unknown), file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
