"""The door for machines: HTTP and JSON, version 1 (docs/reference/api.md)."""
