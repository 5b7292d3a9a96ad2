"""Worked examples over real data that is not part of the project."""
