"""The salon's exports as tables: which column is which field, what the price lists say, and what comes of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from goodword import identity
from goodword.inbox.tables.reading import SAMPLE, Row, detect, rows
from goodword.inbox.tables.translating import Context, Fault, Told, translate

ZONE = "America/Toronto"
CURRENCY = "CAD"
COUNTRY = "CA"
SOURCE = "till"
EXPORTED = datetime(2019, 3, 1, tzinfo=UTC)  # after the last of what the exports tell
BUNDLES = frozenset({"SBD5+1"})  # sold once, used later: a package
RECEIPTS = "Receipt Transactions0.csv"
SERVICES = "Service Listing0.csv"
PRODUCTS = "Product Listing (Retail)0.csv"


@dataclass(frozen=True, slots=True)
class Export:
    """One file, the kind of table it is, and what its columns mean."""

    file: str
    kind: str
    mapping: Mapping[str, str]


EXPORTS = {
    "receipts": Export(
        RECEIPTS,
        "receipts",
        {
            "receipt": "Receipt", "date": "Date", "customer_id": "Client", "description": "Description",
            "quantity": "Quantity", "amount": "Amount", "tax": "GST", "tax_2": "PST",
        },
    ),
    "bookings": Export(
        "Future Bookings (All Clients)0.csv",
        "appointments",
        {"customer_id": "Code", "date": "Date", "time": "Time", "service": "Service", "staff": "Staff"},
    ),
    "cancellations": Export(
        "Client Cancellations0.csv",
        "appointments",
        {
            "customer_id": "Code", "date": "Booking Date", "service": "Service", "staff": "Staff",
            "status": "=appointment_cancelled",
        },
    ),
    "no_shows": Export(
        "No-Show Report0.csv",
        "appointments",
        {"customer_id": "Code", "date": "Date", "service": "Service", "staff": "Staff", "status": "=no_show"},
    ),
}  # fmt: skip


def find_data(named: Path | None = None) -> Path | None:
    """Return the folder with the exports: the one named, or ``../shared/data/salon`` beside the project."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "salon"
    folder = named if named is not None else beside
    return folder if (folder / RECEIPTS).is_file() else None


def translated(folder: Path, name: str) -> Iterator[Told | Fault]:
    """Yield what comes of every row of one of ``EXPORTS``."""
    export = EXPORTS[name]
    form = detect((folder / export.file).read_bytes()[:SAMPLE])
    context = Context(
        currency=CURRENCY, zone=ZONE, country=COUNTRY, fallback_time=EXPORTED, batch=1, source=SOURCE,
        prices=read_prices(folder),
    )  # fmt: skip
    with (folder / export.file).open("rb") as stream:
        yield from translate(export.kind, rows(stream, form), form=form, mapping=export.mapping, context=context)


def read_prices(folder: Path) -> dict[str, tuple[str, str]]:
    """Return what each description is, folded: ``(line kind, code)``.

    The retail list makes a product; the service list a service, but a bundle is a package. A blank description is in
    both lists and is a service.
    """
    found = {}
    for row in _rows(folder / PRODUCTS):
        found[identity.folded(row.cells["Description"])] = ("retail", row.cells["Code"].strip())
    for row in _rows(folder / SERVICES):
        code = row.cells["Code"].strip()
        found[identity.folded(row.cells["Desc"])] = ("package" if code in BUNDLES else "service", code)
    return found | {"": ("service", "MISC")}


def _rows(file: Path) -> Iterator[Row]:
    with file.open("rb") as stream:
        yield from rows(stream, detect(file.read_bytes()[:SAMPLE]))
