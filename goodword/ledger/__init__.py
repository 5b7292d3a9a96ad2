"""The double-entry ledger: books, wallets, lots, entries, transfers (domain.md, The ledger; rulings 27-34)."""
