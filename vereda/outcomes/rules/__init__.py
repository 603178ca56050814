"""Pure decisions about promised benefits: where one stands, what is missing, what is worth it."""
