"""Read the salon's exports into sales: one per receipt and client, in cents."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from goodword.money import half_up

RECEIPTS = "Receipt Transactions0.csv"
SERVICES = "Service Listing0.csv"
PRODUCTS = "Product Listing (Retail)0.csv"
WALK_IN = "WALK_IN"  # the till's word for a client it does not know
BUNDLES = frozenset({"SBD5+1"})  # sold once, used later: a package


@dataclass(frozen=True, slots=True)
class Article:
    """What a price list calls a description."""

    kind: str
    sku: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a receipt. ``net`` and ``tax`` are of the whole line, in cents; either may be negative."""

    article: Article
    description: str
    quantity: int
    net: int
    tax: int


@dataclass(slots=True)
class Sale:
    """What one client bought on one receipt; ``client`` is empty for a walk-in."""

    receipt: int
    day: date
    client: str
    lines: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The sale's own name: a receipt that two clients shared is two sales."""
        return f"{self.receipt}-{self.client or WALK_IN}"


def find_data(named: Path | None = None) -> Path | None:
    """Return the folder with the exports: the one named, or ``../shared/data/salon`` beside the project."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "salon"
    folder = named if named is not None else beside
    return folder if (folder / RECEIPTS).is_file() else None


def read_articles(folder: Path) -> dict[str, Article]:
    """Return what each description is, by its words in small letters.

    The retail list makes a product; the service list a service, but a bundle is a package. A blank description is in
    both lists and is a service.
    """
    found: dict[str, Article] = {}
    for row in _rows(folder / PRODUCTS):
        if row["Description"].strip():
            found[_words(row["Description"])] = Article("retail", row["Code"].strip())
    for row in _rows(folder / SERVICES):
        code = row["Code"].strip()
        found[_words(row["Desc"])] = Article("package" if code in BUNDLES else "service", code)
    return found


def read_sales(folder: Path) -> list[Sale]:
    """Return every sale, by day and receipt number, its lines in the file's order."""
    articles = read_articles(folder)
    sales: dict[tuple[int, str], Sale] = {}
    for row in _rows(folder / RECEIPTS):
        client = row["Client"].strip()
        client = "" if client == WALK_IN else client
        day = datetime.strptime(row["Date"], "%m/%d/%Y").date()  # noqa: DTZ007 - a date of the salon's own wall
        key = (int(row["Receipt"]), client)
        sales.setdefault(key, Sale(*key[:1], day, client)).lines.append(_line(row, articles))
    return sorted(sales.values(), key=lambda sale: (sale.day, sale.receipt, sale.client))


def _line(row: dict[str, str], articles: dict[str, Article]) -> Line:
    """Read one line. The two taxes, of up to four decimals, are added and then rounded once, half up, to cents."""
    return Line(
        article=articles.get(_words(row["Description"]), Article("service", "MISC")),
        description=row["Description"].strip(),
        quantity=int(row["Quantity"]),
        net=half_up(Decimal(row["Amount"]) * 100),
        tax=half_up((Decimal(row["GST"]) + Decimal(row["PST"])) * 100),
    )


def _words(description: str) -> str:
    return " ".join(description.lower().split())


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)
