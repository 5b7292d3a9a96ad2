"""What people and machines see: the API, the console and the public pages."""
