"""Everything that came in: events and the stored trace of what they led to."""
