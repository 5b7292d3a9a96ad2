"""How files are written, in words: what parts the columns, decimal marks, dates, letters."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

DELIMITERS: dict[str, tuple[str, Promise]] = {
    "comma": (",", gettext_lazy("Comma ( , )")),
    "semicolon": (";", gettext_lazy("Semicolon ( ; )")),
    "tab": ("\t", gettext_lazy("Tab")),
    "pipe": ("|", gettext_lazy("Bar ( | )")),
}
DECIMALS: dict[str, Promise] = {
    ".": gettext_lazy("A point: 1,234.50"),
    ",": gettext_lazy("A comma: 1.234,50"),
}
DATES: dict[str, Promise] = {
    "dmy": gettext_lazy("Day, month, year: 31/12/2026"),
    "mdy": gettext_lazy("Month, day, year: 12/31/2026"),
    "ymd": gettext_lazy("Year, month, day: 2026-12-31"),
}
ENCODINGS: dict[str, Promise | str] = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "utf-16-le": "Unicode (UTF-16 LE)",
    "utf-16-be": "Unicode (UTF-16 BE)",
    "cp1252": gettext_lazy("Western European (Windows)"),
    "latin-1": gettext_lazy("Western European (ISO 8859-1)"),
    "iso8859-15": gettext_lazy("Western European (ISO 8859-15)"),
    "cp1250": gettext_lazy("Central European (Windows)"),
    "cp1251": gettext_lazy("Cyrillic (Windows)"),
    "cp1256": gettext_lazy("Arabic (Windows)"),
    "iso8859-6": gettext_lazy("Arabic (ISO 8859-6)"),
    "cp437": gettext_lazy("Old PC (437)"),
    "cp850": gettext_lazy("Old PC (850)"),
    "mac-roman": gettext_lazy("Old Mac"),
}
