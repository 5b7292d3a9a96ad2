"""``python -m tests.translations``: every catalogue compiles, keeps its placeholders and is complete."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

LOCALE = Path(__file__).resolve().parent.parent / "goodword" / "locale"


def faults(folder: Path) -> Iterator[str]:
    """Yield one line per fault of the catalogues under ``folder``."""
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        name = source.relative_to(folder)
        try:
            with source.open("rb") as stream:
                catalogue = read_po(stream, locale=source.parts[-3], abort_invalid=True)
            write_mo(io.BytesIO(), catalogue)
        except (PoFileError, ValueError) as fault:
            yield f"{name}: {fault}"
            continue
        yield from (f"{name}: {line}" for line in _of_messages(catalogue))


def _of_messages(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if not all(texts):
            yield f"line {message.lineno}: “{message.id}” is not translated"
        elif message.fuzzy:
            yield f"line {message.lineno}: “{message.id}” is marked fuzzy; look at it"
        for error in message.check(catalogue):
            yield f"line {message.lineno}: “{message.id}”: {error}"


def main() -> int:
    """Print the faults; return 1 when there are any."""
    found = list(faults(LOCALE))
    print("\n".join(found) or f"translations hold: {len(list(LOCALE.glob('*/LC_MESSAGES/*.po')))} catalogues")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
