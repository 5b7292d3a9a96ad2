"""The rules engine: pure. No clock, no input or output, no Django."""
