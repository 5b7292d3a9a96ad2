"""Who referred whom: INVENTED for the demonstration. The salon's exports say nothing of referrals.

The rule, the same on every machine and in every run: of the clients who first came from 1 April 2018 on, roughly one
in five (by a digest of the seed and the client's code) is said to have been sent by the client whose code comes next
before theirs in the alphabet, round the end to its last, among those with at least two visits by then.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections import Counter
from datetime import date

from examples.salon.events import Sale

SEED = "salon"
SINCE = date(2018, 4, 1)  # before that the till was new, and so was everybody
ONE_IN = 5
VISITS = 2


def invent(sales: list[Sale]) -> dict[str, str]:
    """Return ``{friend: referrer}`` for sales that are in order of time."""
    visits: Counter[str] = Counter()
    regulars: list[str] = []
    found: dict[str, str] = {}
    for sale in sales:
        if not sale.client:
            continue
        if visits[sale.client] == 0 and sale.day >= SINCE and regulars and _chosen(sale.client):
            found[sale.client] = regulars[bisect_left(regulars, sale.client) - 1]
        visits[sale.client] += 1
        if visits[sale.client] == VISITS:
            insort(regulars, sale.client)
    return found


def _chosen(client: str) -> bool:
    digest = hashlib.sha256(f"{SEED} {client}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % ONE_IN == 0
