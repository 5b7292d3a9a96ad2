"""The office's door: one module per page; each reads, or hands one command to flow, and renders."""
