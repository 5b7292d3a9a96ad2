"""Every string that a page or its code shows has its words in every catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale
from babel.messages import pofile
from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2] / "goodword"
MARKS = {"gettext", "gettext_lazy", "_", "pgettext", "pgettext_lazy"}
PLURALS = {"ngettext", "ngettext_lazy"}
QUOTED = r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'"
TRANSLATE = re.compile(rf"\{{%\s*(?:translate|trans)\s+(?:{QUOTED})")
UNDERSCORE = re.compile(rf"_\((?:{QUOTED})\)")
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b([^%]*)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
PLURAL = re.compile(r"\{%\s*plural\s*%\}")
LANGUAGES = ("sv", "ar")
Said = tuple[str, ...]  # one text, or the two forms of a plural


def said_in_code(path: Path) -> Iterator[Said]:
    """Yield what a module marks as text for people."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in MARKS | PLURALS and node.args:
            first = 1 if name.startswith("pgettext") else 0  # after what it is said of
            texts = node.args[first : first + (2 if name in PLURALS else 1)]
            constants = [text.value for text in texts if isinstance(text, ast.Constant)]
            assert len(constants) == len(texts), f"{path.name}: only a literal can be translated"
            yield tuple(map(str, constants))


def said_in_template(path: Path) -> Iterator[Said]:
    """Yield what a template marks as text for people."""
    text = path.read_text(encoding="utf-8")
    for pattern in (TRANSLATE, UNDERSCORE):
        yield from ((double or single,) for double, single in pattern.findall(text))
    for options, block in BLOCK.findall(text):
        forms = [re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", form) for form in PLURAL.split(block)]
        if "trimmed" in options.split():
            forms = [" ".join(filter(None, (line.strip() for line in form.splitlines()))) for form in forms]
        yield tuple(forms)


def sources() -> list[Path]:
    """Return every file whose words reach people: the web, the signing in, the reports, the settings."""
    folders = [path for path in sorted(ROOT.iterdir()) if path.is_dir() and path.name not in ("locale", "engine")]
    found = [path for folder in folders for path in [*folder.rglob("*.py"), *folder.rglob("*.html")]]
    found += [path for folder in folders for path in folder.rglob("*.txt") if "templates" in path.parts]
    return [path for path in found if "migrations" not in path.parts and "node_modules" not in path.parts]


def everything_said() -> dict[Said, set[str]]:
    """Return all texts with the files that say them."""
    told: dict[Said, set[str]] = {}
    for path in sources():
        for each in said_in_code(path) if path.suffix == ".py" else said_in_template(path):
            told.setdefault(each, set()).add(path.name)
    return told


def catalogue(language: str) -> Catalog:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as stream:
        return pofile.read_po(stream, locale=language)


def forms_of(identifier: str | tuple[str, ...] | list[str]) -> Said:
    return (identifier,) if isinstance(identifier, str) else tuple(identifier)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_of_the_web_is_in_the_catalogue(language: str) -> None:
    known = {forms_of(message.id) for message in catalogue(language)}
    lacking = {said: sorted(files) for said, files in everything_said().items() if said not in known}
    assert lacking == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_every_form_its_language_has(language: str) -> None:
    wanted = len(Locale.parse(language).plural_form.tags) + 1  # “other” is no tag of its own
    told = [m for m in catalogue(language) if m.id and not isinstance(m.id, str)]
    assert told
    assert [m.id for m in told if len(m.string) != wanted or not all(m.string)] == []


def test_the_reader_of_strings_finds_them(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% translate "One" %}{% trans \'A “single” one\' %}{% icon "x" "y" _("Two") %}'
        "{% blocktranslate with a=b %}Three {{ a }}{% endblocktranslate %}"
        "{% blocktranslate trimmed %}\n  Four\n  and {{ five }}\n{% endblocktranslate %}"
        "{% blocktranslate count n=m %}one{% plural %}many{% endblocktranslate %}"
    )
    assert list(said_in_template(page)) == [
        ("One",), ("A “single” one",), ("Two",), ("Three %(a)s",), ("Four and %(five)s",), ("one", "many"),
    ]  # fmt: skip
    code = tmp_path / "code.py"
    code.write_text('x = _("Six") + ngettext("seven", "sevens", 7) + translation.gettext("Eight")')
    assert sorted(said_in_code(code)) == [("Eight",), ("Six",), ("seven", "sevens")]


def test_every_folder_that_speaks_is_read() -> None:
    files = {name for names in everything_said().values() for name in names}
    assert {"labels.py", "showing.py", "letters.py", "landing.html", "login.html"} - files <= {"showing.py"}
