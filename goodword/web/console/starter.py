"""The programme a new business begins to write from."""

from __future__ import annotations

STARTER = """format: 1
id: friends
name: Friends of {name}
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
