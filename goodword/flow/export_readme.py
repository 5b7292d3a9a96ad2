"""The README of an export: every file in a line, what is not in it, and how to bring it in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from goodword import __version__
from goodword.business.models import Business
from goodword.flow.export_sheets import SHEETS

OTHERS = {
    "README.txt": "This file",
    "manifest.json": "Who made it, when, and the size and SHA-256 of every file",
    "events.jsonl": "Every event that other systems told, a JSON object a line, as POST /api/v1/events takes it",
    "commands.jsonl": "What people ordered and the clock did, a JSON object a line",
    "books/proof.jsonl": "Trial balance and every customer's balances at several instants: a copy is proved by it",
}


_VOUCHERS = (
    "CODES OF VOUCHERS ARE IN IT, IN CLEAR",
    "  Cards in customers' hands have to work wherever this is brought in, so jsonl/vouchers.Voucher.jsonl holds the",
    "  code of every voucher. Whoever reads it can spend them: keep this file as you keep money.",
    "",
)


def readme(business: Business, *, now: datetime, names: Iterable[str], vouchers: bool) -> str:
    """Return the text; ``names`` are the files of the export; ``vouchers`` says that it holds codes of vouchers."""
    return "\n".join([
        f"{business.name}: the whole data of this business, from Goodword {__version__}",
        f"As it stood at {now.isoformat()} (UTC).",
        "",
        "How to read it",
        "  CSV files are UTF-8 with commas and open in any spreadsheet. Instants are UTC, ISO 8601. Money is in major",
        "  units (25.00), its currency in a column beside it; columns named units, debits and credits in books/ are",
        "  smallest units. A text that a spreadsheet would take for a formula has an apostrophe before it; the jsonl/",
        "  files hold it as it is. Customers, referrals, rewards and tickets are named by their ids everywhere.",
        "",
        "What is in it",
        *_listed({"manifest.json", "README.txt", *names}),
        "",
        "What is not in it",
        "  No password, sign-in, second step, API key, invitation or secret key: nothing in here opens a door.",
        "  Nothing of any other business. It does hold personal data: keep it where only you can read it.",
        "",
        *(_VOUCHERS if vouchers else ()),
        "Bring it into an empty Goodword of the same version",
        "  goodword export check FILE.zip",
        "  goodword export restore FILE.zip --owner-email you@example.com",
        "  Every digest is compared first; it comes in whole or not at all, and the books are proved to be equal.",
        "",
    ])  # fmt: skip


def _listed(names: set[str]) -> Iterator[str]:
    single = {name: OTHERS.get(name) or SHEETS[name].about for name in names if name in OTHERS or name in SHEETS}
    width = max(len(name) for name in single) + 2
    for name in sorted(single, key=lambda each: ("/" in each, each)):
        yield f"  {name:<{width}}{single[name]}"
    yield f"  {'programmes/':<{width}}Every published programme, the document as it was written"
    yield f"  {'jsonl/':<{width}}Every table row by row, exact: an array a line, the columns in manifest.json"
    if any(name.startswith("files/") for name in names):
        yield f"  {'files/':<{width}}Logo and photo"
