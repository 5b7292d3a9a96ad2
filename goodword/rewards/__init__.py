"""Rewards and their states, limit counters, fulfilment."""
