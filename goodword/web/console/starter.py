"""The programme a new business begins to write from."""

from __future__ import annotations

import json
import re

STARTER = """format: 1
id: friends
name: {name}
currency: {currency}
friends: new
rules:
  - id: thanks
    when: referral.invoiced
    to: referrer
    give: service_credit
    amount: {{tiers: {{1: 25.00, 3: 50.00, 5: 100.00}}}}
    hold: 24h
    expires: 12 months
  - id: welcome
    when: referral.attributed
    to: friend
    give: discount
    amount: {{percent_off: 10}}
    max_value: 50.00
    expires: 60d
"""


def starter(*, business: str, currency: str) -> str:
    """Return the text with a business's name in it, quoted where YAML would read the name as something else."""
    name = f"Friends of {business}"
    if re.search(r":(\s|$)|\s#", name):
        name = json.dumps(name, ensure_ascii=False)
    return STARTER.format(name=name, currency=currency)
