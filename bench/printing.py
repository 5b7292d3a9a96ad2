"""Cards of vouchers on sheets, beside as many blank sheets: what of the time is ours and what the maker of PDF files'.

``python -m bench printing``; ``python -m bench.printing 1000`` for the aim of a minute for 1,000 cards.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Callable
from datetime import date

from bench.database import opened
from bench.telling import line, middle

COUNT, ROUNDS = 200, 3
AIM = 60.0  # seconds for 1,000 cards
GRID = "business-a4"


def main() -> None:
    """Print cards a second, blank places a second, and how long 1,000 cards take at that rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=COUNT)
    count: int = parser.parse_args().count
    with opened("sqlite"):
        from goodword.business import paper
        from goodword.codes import make
        from goodword.vouchers.printing import sheets
        from goodword.vouchers.printing.cards import Card, Design, Sender
        from goodword.vouchers.printing.grids import GRIDS

        design = Design(Sender("Fern Lawn Care", "+1 303-555-0142", "www.fern.example"), layout="elegant")
        codes = [make(hashlib.sha256(str(n).encode()).digest(), length=12) for n in range(count)]
        cards = [
            Card(serial=f"FERN-{n:06d}", code=code, url=f"https://refer.example.com/v/{code}", value="$50",
                 expires_on=date(2027, 12, 31), recipient=f"Customer {n}", buyer="Ann Berg",
                 message="Happy birthday! Let somebody else do the mowing.")
            for n, code in enumerate(codes, start=1)
        ]  # fmt: skip
        pages = -(-count // GRIDS[GRID].count)
        blank = "<style>@page{size:210mm 297mm}p{break-after:page}</style>" + "<p>.</p>" * pages
        sheets.pdf(cards[:1], design, grid=GRID)  # typefaces are read once a process
        ours, limit = [], []
        for _ in range(ROUNDS):
            ours.append(_took(lambda: sheets.pdf(cards, design, grid=GRID)))
            limit.append(_took(lambda: paper.pdf(blank)))
        line("cards on sheets", count / middle(ours), count / middle(limit), of="blank sheets of as many")
        needed = middle(ours) / count * 1000
        print(f"  1,000 cards at that rate: {needed:.0f} s, the aim is {AIM:.0f} s")


def _took(work: Callable[[], bytes]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
