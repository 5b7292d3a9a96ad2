"""The law on vouchers, pure: dated rules of countries and regions, and what follows from them. No legal advice."""

from __future__ import annotations

from goodword.vouchers.law.life import (
    Breakage,
    cash_out_due,
    check_last_day,
    default_last_day,
    earliest_expiry,
    expires_at,
    may_lapse,
    may_take_breakage,
)
from goodword.vouchers.law.policies import Kind, Policy, all_policies, policy_for, policy_named

__all__ = [
    "Breakage", "Kind", "Policy", "all_policies", "cash_out_due", "check_last_day", "default_last_day",
    "earliest_expiry", "expires_at", "may_lapse", "may_take_breakage", "policy_for", "policy_named",
]  # fmt: skip
