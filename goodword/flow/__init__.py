"""The wiring: the only package that opens transactions and joins the others."""
