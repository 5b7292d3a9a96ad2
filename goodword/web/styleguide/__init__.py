"""Every page with believable sample content: for developers and browser tests, never mounted in production."""
