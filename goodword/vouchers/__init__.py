"""Vouchers: who bought one, for whom, where it stands. What it is worth is in the ledger: a voucher is a lot."""
