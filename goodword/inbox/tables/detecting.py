"""How a table is written, told from its beginning: encoding, delimiter, decimal mark, order of dates.

Decimal mark and dates are decided over whole columns; what no cell decides is told by :func:`doubts`.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

from goodword.errors import Invalid
from goodword.inbox.tables.forms import (
    DELIMITERS,
    LONGEST_DATE,
    LONGEST_NUMBER,
    MOST_COLUMNS,
    MOST_TITLES,
    Form,
    check_form,
)
from goodword.inbox.tables.records import records
from goodword.inbox.tables.titles import SURE, header_row, known_names

SAMPLE = 256 * 1024
MOST_RECORDS = 2000
OTHER_FILES = (
    b"PK\x03\x04",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"GIF8",
    b"{\\rtf",
)
MARKUP = ("<!doctype", "<html", "<?xml")

_DATE = re.compile(r"\s*(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?![\d./-])(?:[ T,].*)?", re.DOTALL)
_NUMBER = re.compile(
    r"[-+−(]*\s*[^\d\s.,()+−-]{0,4}\s*[-+−(]*(\d[\d.,'’]*(?:\s\d{3}(?!\d)[\d.,'’]*)*)\s*[^\d\s.,()+−-]{0,4}\s*\)?-?"
)  # a currency's mark stands before or behind


def detect(sample: bytes) -> Form:
    """Return how a file is written.

    Args:
        sample: its first 256 kB; more is not looked at.

    Raises:
        Invalid: ``not_a_table`` for a file of another sort, ``empty_table`` for one that holds nothing.
    """
    sample = sample[:SAMPLE]
    encoding = _encoding(sample)
    text = _text(sample, encoding)
    if not text.strip():
        raise Invalid("empty_table", "the file holds no table")
    if _is_binary(text):
        raise Invalid("not_a_table", "the file is no table of text; save it as CSV")
    delimiter = _delimiter(text)
    header = _header(sample, encoding, delimiter)
    columns = _columns(text, delimiter, header)
    decimal = _majority(_decimal_votes(columns)) or ("," if delimiter == ";" else ".")
    dates = _majority(_date_votes(columns)) or _likelier_dates(columns, delimiter=delimiter, decimal=decimal)
    return Form(encoding=encoding, delimiter=delimiter, decimal=decimal, dates=dates, header=header)


def doubts(sample: bytes, form: Form) -> list[str]:
    """Return the codes of what the beginning of the file does not tell for sure, or tells otherwise than the form.

    ``encoding_guessed``, ``single_column``, ``decimal_ambiguous``, ``decimal_mixed``, ``decimal_contradicts``,
    ``dates_ambiguous``, ``dates_mixed``, ``dates_contradict``, ``header_guessed``.
    """
    check_form(form)
    sample = sample[:SAMPLE]
    found = []
    if form.header > 1 and _is_guess(sample, form):
        found.append("header_guessed")
    if not form.encoding.startswith("utf") and any(byte > 127 for byte in sample):
        found.append("encoding_guessed")
    columns = _columns(_text(sample, form.encoding), form.delimiter, form.header)
    if len(columns) == 1:
        found.append("single_column")
    decimals, dates = _decimal_votes(columns), _date_votes(columns)
    if len(decimals) > 1:
        found.append("decimal_mixed")
    elif decimals and form.decimal not in decimals:
        found.append("decimal_contradicts")
    elif not decimals and any(_ambiguous_number(cell) for column in columns for cell in column):
        found.append("decimal_ambiguous")
    if len(dates) > 1:
        found.append("dates_mixed")
    elif dates and form.dates not in dates:
        found.append("dates_contradict")
    elif not dates and any(_figures(column) for column in columns):
        found.append("dates_ambiguous")
    return found


# --- encoding ---------------------------------------------------------------------------------------------------------


def _encoding(sample: bytes) -> str:
    if sample.startswith(OTHER_FILES):
        raise Invalid("not_a_table", "the file is no table of text; save it as CSV")
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and len(sample) % 4 == 0:
        raise Invalid("not_a_table", "the file is written in UTF-32; save it as CSV in UTF-8")
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in sample:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        share = len(sample) / 2
        if odd > 0.4 * share and even < 0.1 * share:
            return "utf-16-le"
        if even > 0.4 * share and odd < 0.1 * share:
            return "utf-16-be"
        raise Invalid("not_a_table", "the file is no table of text; save it as CSV")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # the sample may end inside a character
    except UnicodeDecodeError:
        return _one_byte(sample)
    return "utf-8"


def _one_byte(sample: bytes) -> str:
    """Tell Arabic, whose letters above 127 stand together, from Western texts, where they stand alone."""
    runs = re.findall(rb"[\xc0-\xff]{3,}", sample)
    high = sum(1 for byte in sample if byte > 127)
    if sum(map(len, runs)) > high / 2:
        return "cp1256"
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _text(sample: bytes, encoding: str) -> str:
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample).removeprefix("\ufeff")
    if len(sample) == SAMPLE:  # the last line may be cut
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    return text


def _is_binary(text: str) -> bool:
    strange = sum(1 for c in text if (c < " " and c not in "\t\n\r\x0b\x0c") or c == "\x7f")
    return strange > len(text) / 100 or text.lstrip()[:20].lower().startswith(MARKUP)


# --- delimiter --------------------------------------------------------------------------------------------------------


def _delimiter(text: str) -> str:
    """Return what parts most records into as many cells as the header; of equals the one with more columns."""
    first = text.lstrip().splitlines()[0].strip()
    if first.lower().startswith("sep=") and first[4:] in DELIMITERS:
        return first[4:]
    best, score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [len(record) for record in _records(text, delimiter)]
        several = Counter(width for width in widths if width > 1)
        if several:
            width, count = several.most_common(1)[0]
            same = count / len(widths)
            score, best = max((score, best), ((round(same, 1), width), delimiter), key=lambda pair: pair[0])
    return best


def _records(text: str, delimiter: str, header: int = 1) -> Iterator[list[str]]:
    """Yield the first records from the header on."""
    found = records(io.BytesIO(text.encode()), encoding="utf-8", delimiter=delimiter, header=header)
    for place, record in takewhile(lambda each: each[0] < MOST_RECORDS + header, found):
        if place >= header and isinstance(record, list):
            yield record


def _header(sample: bytes, encoding: str, delimiter: str) -> int:
    """Return in which row the names of the columns stand."""
    return header_row([record for _, record in top(sample, encoding, delimiter)])


def _is_guess(sample: bytes, form: Form) -> bool:
    """Say whether the header below other rows is none that we know by its names."""
    named = next((record for place, record in top(sample, form.encoding, form.delimiter) if place == form.header), [])
    return known_names(named) < SURE


def top(sample: bytes, encoding: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the first rows with their places, among which the header is; one that cannot be taken apart is empty."""
    most = MOST_TITLES + 1
    found = records(io.BytesIO(sample[:SAMPLE]), encoding=encoding, delimiter=delimiter, header=most + 1)
    held = {place: each for place, each in takewhile(lambda each: each[0] <= most, found) if isinstance(each, list)}
    return [(place, held.get(place, [])) for place in range(1, max(held, default=0) + 1)]


def _columns(text: str, delimiter: str, header: int) -> list[list[str]]:
    """Return the columns' cells that are not blank, without the header."""
    found = list(_records(text, delimiter, header))
    if not found:
        return []
    body = found[1:]
    return [
        [record[place].strip() for record in body if len(record) > place and record[place].strip()]
        for place in range(min(len(found[0]), MOST_COLUMNS))
    ]


# --- decimal mark and dates, by whole columns ------------------------------------------------------------------------


def _majority(votes: Counter[str]) -> str | None:
    return votes.most_common(1)[0][0] if votes else None


def _decimal_votes(columns: Sequence[Sequence[str]]) -> Counter[str]:
    """Return how many columns tell each decimal mark; a column of dates, or one that speaks for both, tells none."""
    votes: Counter[str] = Counter()
    for column in columns:
        if _figures(column):
            continue
        marks = {mark for cell in column if (mark := _decimal_of(cell)) is not None}
        if len(marks) == 1:
            votes[marks.pop()] += 1
    return votes


def _number(cell: str) -> str | None:
    plain = cell.strip()
    found = _NUMBER.fullmatch(plain) if len(plain) <= LONGEST_NUMBER else None
    return re.sub(r"\s", "", found[1]) if found else None


def _decimal_of(cell: str) -> str | None:
    """Return the decimal mark that one cell proves: 1.234,5 and 12,50 and 0,125 do, 1,234 does not."""
    number = _number(cell)
    if number is None or not ("." in number or "," in number):
        return None
    last = max(number.rfind("."), number.rfind(","))
    mark, whole, rest = number[last], number[:last], number[last + 1 :]
    other = "," if mark == "." else "."
    groups = re.split(r"['’]", whole)[-1].split(other)
    if mark in whole:  # written twice: it parts thousands
        parts = number.split(mark)
        proper = other not in number and all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3
        return other if proper else None
    if len(groups) > 1 and not all(len(group) == 3 for group in groups[1:]):
        return None
    if len(rest) == 3 and other not in whole and whole.lstrip("0") and len(whole) <= 3:
        return None
    return mark if rest.isdigit() else None


def _ambiguous_number(cell: str) -> bool:
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", _number(cell) or "") is not None


def _figures(column: Sequence[str]) -> list[tuple[int, int]]:
    """Return the first two numbers of a column's dates in figures; nothing when it is no such column."""
    found = [_DATE.fullmatch(cell) for cell in column if len(cell) <= LONGEST_DATE]
    dates = [match for match in found if match is not None]
    if not dates or len(dates) < 0.8 * len(column):
        return []
    return [(int(match[1]), int(match[3])) for match in dates if len(match[1]) <= 2]


def _date_votes(columns: Sequence[Sequence[str]]) -> Counter[str]:
    votes: Counter[str] = Counter()
    for column in columns:
        dates = _figures(column)
        if any(first > 31 for first, _ in dates):
            votes["ymd"] += 1
        elif any(first > 12 for first, _ in dates) and not any(second > 12 for _, second in dates):
            votes["dmy"] += 1
        elif any(second > 12 for _, second in dates) and not any(first > 12 for first, _ in dates):
            votes["mdy"] += 1
    return votes


def _likelier_dates(columns: Sequence[Sequence[str]], *, delimiter: str, decimal: str) -> str:
    """Return what is shown first where no date decides; :func:`doubts` says that it is open."""
    open_ones = [cell for column in columns if _figures(column) for cell in column]
    if not open_ones:
        return "ymd"
    if any(re.search(r"(?i)\d\s*[ap]\.?m", cell) for cell in open_ones):
        return "mdy"
    continental = delimiter == ";" or decimal == "," or any(re.match(r"\d+\.\d+\.", cell) for cell in open_ones)
    return "dmy" if continental or any(re.match(r"\d+-\d+-", cell) for cell in open_ones) else "mdy"
