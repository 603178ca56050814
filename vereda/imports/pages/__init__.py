"""The wizard: each step has an address, works without script, and can be left and resumed."""
