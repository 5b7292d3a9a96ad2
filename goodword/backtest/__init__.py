"""A draft programme over past events, through the engine only: what it would have given."""
