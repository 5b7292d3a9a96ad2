"""Contacts, their identities, the dated ownership of wallets, consents."""
