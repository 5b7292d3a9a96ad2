"""The customers' door: the pages that a link opens. No script, no third party, nothing personal in an address."""
