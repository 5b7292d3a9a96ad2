"""Business, location, user, membership, API key, dated settings, heartbeat."""
