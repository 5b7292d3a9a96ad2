"""The customers' door: the pages that a link opens. All work without script; no third party, nothing personal in an
address."""
