"""Price lists: what a description on a receipt's line is, where the receipts themselves do not say it."""

from __future__ import annotations

from typing import BinaryIO

from goodword import identity
from goodword.errors import Invalid
from goodword.inbox.tables import reading
from goodword.inbox.tables.kind import plain_words
from goodword.inbox.tables.kinds.receipts import KIND, LINE_KINDS

DESCRIPTION = ("description", "desc", "name", "item", "item name", "service", "product", "beskrivning", "namn", "الوصف")
SKU = ("code", "sku", "item code", "product code", "service code", "artikelnummer", "رمز الصنف")
SORT = ("kind", "type", "category", "cate", "line type", "typ", "kategori", "النوع")


def read_prices(stream: BinaryIO, *, kind: str = "service") -> dict[str, tuple[str, str]]:
    """Return what a price list calls a description, folded: the kind of line and its code.

    Args:
        stream: a table with a column of descriptions and, where it has them, of codes and kinds.
        kind: of lines whose row does not name one that is known.

    Raises:
        Invalid: ``unknown_line_kind``, ``no_descriptions``, ``empty_table``, ``not_a_table``.
    """
    if kind not in LINE_KINDS:
        raise Invalid("unknown_line_kind", f"the kinds of lines are {', '.join(LINE_KINDS)}", field="kind")
    form = reading.detect(stream.read(reading.SAMPLE))
    stream.seek(0)
    folded = {plain_words(name): name for name in reversed(reading.header(stream, form))}
    stream.seek(0)
    names, skus, sorts = (
        next((folded[name] for name in each if name in folded), "") for each in (DESCRIPTION, SKU, SORT)
    )
    if not names:
        raise Invalid("no_descriptions", f"a price list has a column {', '.join(DESCRIPTION[:4])} or the like")
    found: dict[str, tuple[str, str]] = {}
    for row in reading.rows(stream, form):
        description = identity.folded(row.cells.get(names, ""))
        if description:
            found.setdefault(
                description, (_kind(row.cells.get(sorts, ""), kind), row.cells.get(skus, "").strip()[:200])
            )
    return found


def _kind(text: str, usual: str) -> str:
    word = plain_words(text)
    return word if word in LINE_KINDS else KIND.words["kind"].get(word, usual)
