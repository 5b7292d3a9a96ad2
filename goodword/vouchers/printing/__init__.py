"""Vouchers on paper: one for an e-mail, sheets of cards to cut, a table for a print shop. Values in, files out."""
