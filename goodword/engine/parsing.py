"""A programme's text as a tree of nodes that know their line, and the faults found in it, all at once.

Scalars stay text, so that ``25.00`` is exact and ``no`` is a word. JSON is YAML enough to be read the same way.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml import events as yaml_events
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from goodword.errors import Refused

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_NODES = 20_000  # two hundred rules with everything in them have half as many


class Fault(msgspec.Struct, frozen=True, order=True):
    """One thing to mend: its line (1-based), the key's path, what is wrong and what to write instead."""

    line: int
    key: str
    problem: str
    write_instead: str

    def __str__(self) -> str:
        where = f"line {self.line}: {self.key}" if self.key else f"line {self.line}"
        return f"{where}: {self.problem}; write instead: {self.write_instead}"


class ProgrammeFaults(Refused):
    """Every fault of a document at once; code ``invalid_programme``, ``facts["faults"]`` as plain data."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            "invalid_programme",
            f"{len(faults)} fault{'' if len(faults) == 1 else 's'}: " + " · ".join(str(f) for f in faults),
            faults=[msgspec.to_builtins(f) for f in faults],
        )
        self.faults: tuple[Fault, ...] = tuple(faults)


class Node(msgspec.Struct):
    """A scalar (``text``), a list (``items``) or a mapping (``fields``: key, key's line, value) at a line.

    ``quoted`` tells ``""`` from nothing written. Exactly one of ``text``, ``items``, ``fields`` is not None.
    """

    line: int
    path: str
    text: str | None = None
    quoted: bool = False
    items: list[Node] | None = None
    fields: list[tuple[str, int, Node]] | None = None

    @property
    def kind(self) -> str:
        """Say in a word what was written."""
        if self.fields is not None:
            return "a mapping"
        if self.items is not None:
            return "a list"
        return "nothing" if self.blank else f"“{self.text}”"

    @property
    def blank(self) -> bool:
        """Say whether no value was written after the key."""
        return self.text == "" and not self.quoted

    @property
    def null(self) -> bool:
        """Say whether it is an explicit ``null``, which for an optional key is the same as leaving it out."""
        return not self.quoted and self.text in ("null", "~")

    def plain(self) -> Any:
        """Return the tree as plain mappings, lists and strings (canonical form: whole numbers become ints)."""
        if self.fields is not None:
            return {name: value.plain() for name, _, value in self.fields if not value.null}
        if self.items is not None:
            return [item.plain() for item in self.items]
        return self.text


class Faults:
    """Collects faults while reading goes on."""

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}
        self.nodes = 0

    @property
    def found(self) -> list[Fault]:
        """Return the faults, each once."""
        return list(self._found)

    def add(self, line: int, key: str, problem: str, write_instead: str) -> None:
        """Note a fault; the same one twice counts once."""
        self._found[Fault(line, key, problem, write_instead)] = None

    def at(self, node: Node, problem: str, write_instead: str) -> None:
        """Note a fault of ``node``."""
        self.add(node.line, node.path, problem, write_instead)


@lru_cache(maxsize=1024)
def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """Return the known word that ``word`` was probably meant to be; a very long one was meant to be none."""
    if len(word) > 40:
        return None
    close = difflib.get_close_matches(word.strip().lower().replace("-", "_"), known, n=1, cutoff=0.6)
    return close[0] if close else None


class _Stop(Exception):
    """Reading cannot go on; the fault is already noted."""


def read_tree(text: str, faults: Faults) -> Node | None:
    """Read YAML or JSON into nodes, or note why not and return None.

    Refused: more than 256 kB, more than 20 levels, several documents, anchors, aliases and tags.
    """
    size = len(text.encode("utf-8", errors="replace"))
    if size > MAX_BYTES:
        faults.add(1, "", f"the document has {size} bytes, more than {MAX_BYTES}", "a shorter programme")
        return None
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        text = text.replace("\t", " ")  # JSON may be indented with tabs, YAML may not
    try:
        return _document(YAML(typ="rt", pure=True).parse(text), faults)
    except _Stop:
        return None
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        faults.add(line, "", f"the character U+{ord(_char(error.character)):04X} may not stand in a document",
                   "the text without control characters")  # fmt: skip
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = " ".join(part for part in (error.context, error.problem) if part)
        if "\\t" in problem or "'\t'" in problem:
            faults.add(line, "", "a tab stands where YAML wants spaces", "spaces for indentation")
        else:
            faults.add(line, "", f"this is not YAML: {problem}", "key: value, indented with spaces")
    except (YAMLError, ValueError, IndexError, AssertionError) as error:
        faults.add(1, "", f"this is not YAML: {type(error).__name__}", "key: value, indented with spaces")
    return None


def _char(character: Any) -> str:
    return character if isinstance(character, str) and len(character) == 1 else chr(character)


def _document(stream: Iterator[Any], faults: Faults) -> Node | None:
    root: Node | None = None
    for event in stream:
        if isinstance(event, yaml_events.DocumentStartEvent) and root is not None:
            faults.add(event.start_mark.line + 1, "", "a second document begins here", "one programme in one document")
            raise _Stop
        if isinstance(event, yaml_events.NodeEvent):
            root = _node(event, stream, faults, path="", depth=0)
    if root is None:
        faults.add(1, "", "the document is empty", "format: 1, then id, name, currency and rules")
    return root


def _node(event: Any, stream: Iterator[Any], faults: Faults, *, path: str, depth: int) -> Node:
    line = event.start_mark.line + 1
    if isinstance(event, yaml_events.AliasEvent) or event.anchor:
        faults.add(line, path, "anchors and aliases (& and *) are not read", "the value itself, in full")
        raise _Stop
    faults.nodes += 1
    if faults.nodes > MAX_NODES:
        faults.add(line, "", f"the document has more than {MAX_NODES} values", "several programmes")
        raise _Stop
    if depth > MAX_DEPTH:
        faults.add(line, path, f"nested deeper than {MAX_DEPTH} levels", "a flatter document")
        raise _Stop
    tag = str(event.tag) if event.tag else ""
    if tag and tag != "!":
        faults.add(line, path, "tags (!) are not read", "the value without its tag")
        raise _Stop
    if isinstance(event, yaml_events.ScalarEvent):
        try:  # JSON writes an emoji as two escapes, which YAML reads as two halves
            value = str(event.value).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            faults.add(line, path, "half a character stands in the text", "the whole character")
            raise _Stop from None
        return Node(line, path, text=value, quoted=event.style is not None)
    if isinstance(event, yaml_events.SequenceStartEvent):
        items: list[Node] = []
        while not isinstance(item := next(stream), yaml_events.SequenceEndEvent):
            items.append(_node(item, stream, faults, path=f"{path}[{len(items)}]", depth=depth + 1))
        return Node(line, path, items=items)
    return _mapping(line, stream, faults, path=path, depth=depth)


def _mapping(line: int, stream: Iterator[Any], faults: Faults, *, path: str, depth: int) -> Node:
    fields: list[tuple[str, int, Node]] = []
    seen: dict[str, int] = {}
    while not isinstance(event := next(stream), yaml_events.MappingEndEvent):
        key = _node(event, stream, faults, path=path, depth=depth + 1)
        name = key.text if key.text is not None else ""
        below = f"{path}.{name}" if path else name
        value = _node(next(stream), stream, faults, path=below, depth=depth + 1)
        if key.text is None:
            faults.add(key.line, path, f"a key must be a word, not {key.kind}", "key: value")
        elif name in seen:
            faults.add(key.line, below, f"“{name}” is given twice; it stands already on line {seen[name]}",
                       f"“{name}” once")  # fmt: skip
        else:
            seen[name] = key.line
            if value.blank:  # a blank value has no line of its own
                value.line = key.line
            fields.append((name, key.line, value))
    return Node(line, path, fields=fields)
