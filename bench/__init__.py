"""Benchmarks: each measured beside its limit, in the same run, and told as a ratio. ``make bench`` runs them."""
