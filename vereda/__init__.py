"""Vereda: one path from the first promise to a customer to a product that listened."""
