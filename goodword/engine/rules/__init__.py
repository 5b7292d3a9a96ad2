"""What a rule is made of: one file per condition, amount form and gift kind, and a literal dict for each."""
