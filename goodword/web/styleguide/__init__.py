"""Every page with believable sample content: for developers, screenshots and browser tests; never mounted in production."""
