"""Gift vouchers: the law they are under, and what they are worth."""
