"""Settings, addresses and the WSGI entry: where the pieces are put together."""
