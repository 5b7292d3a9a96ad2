"""Goodword: referrals, rewards and vouchers over one double-entry ledger."""

__version__ = "0.1.0"
