"""Every string that a page or the console's code shows has its words in every catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import pofile

ROOT = Path(__file__).resolve().parents[2] / "goodword"
MARKS = {"gettext", "gettext_lazy", "_", "ngettext"}
TRANSLATE = re.compile(r'\{%\s*(?:translate|trans)\s+"((?:[^"\\]|\\.)*)"')
UNDERSCORE = re.compile(r'_\("([^"]+)"\)')
BLOCK = re.compile(r"\{%\s*blocktranslate\b[^%]*%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
PLURAL = re.compile(r"\{%\s*plural\s*%\}")


def said_in_code(path: Path) -> Iterator[str]:
    """Yield what a module marks as text for people."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            assert isinstance(node.args[0], ast.Constant), f"{path.name}: only a literal can be translated"
            yield str(node.args[0].value)


def said_in_template(path: Path) -> Iterator[str]:
    """Yield what a template marks as text for people."""
    text = path.read_text(encoding="utf-8")
    yield from TRANSLATE.findall(text)
    yield from UNDERSCORE.findall(text)
    for block in BLOCK.findall(text):
        yield re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", PLURAL.split(block)[0])


def sources() -> list[Path]:
    web = ROOT / "web"
    folders = [web / "console", web / "pages", web / "templates"]
    found = [path for folder in folders for path in [*folder.rglob("*.py"), *folder.rglob("*.html")]]
    return sorted([*found, web / "labels.py", web / "showing.py"])


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_every_string_of_the_web_is_in_the_catalogue(language: str) -> None:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as stream:
        catalogue = pofile.read_po(stream, locale=language)
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue}
    lacking = {}
    for path in sources():
        said = said_in_code(path) if path.suffix == ".py" else said_in_template(path)
        if gone := sorted(set(said) - known):
            lacking[path.name] = gone
    assert lacking == {}


def test_the_reader_of_strings_finds_them(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% translate "One" %}{% icon "x" "y" _("Two") %}'
        "{% blocktranslate with a=b %}Three {{ a }}{% endblocktranslate %}"
        "{% blocktranslate count n=m %}one{% plural %}many{% endblocktranslate %}"
    )
    assert list(said_in_template(page)) == ["One", "Two", "Three %(a)s", "one"]
    code = tmp_path / "code.py"
    code.write_text('x = _("Four") + ngettext("five", "fives", 5)')
    assert sorted(said_in_code(code)) == ["Four", "five"]
