"""Vouchers: sold and promotional, and how they are printed."""
