"""Everything that goes out: messages, their templates and channels."""
