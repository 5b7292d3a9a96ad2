"""Fern Lawn Care: a year of a lawn business in Denver, told as events and replayed through the real flow."""
