"""What people order of vouchers: issued, used, changed. Each a command; the rules are in ``vouchers/life.py``."""
