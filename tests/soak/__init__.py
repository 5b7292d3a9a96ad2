"""Goodword under fire: the real product, sixteen clients, and somebody who kills it again and again."""
