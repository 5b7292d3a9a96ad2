"""Programmes and their immutable revisions."""
