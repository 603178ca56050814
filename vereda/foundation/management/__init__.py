"""Commands of Django that Vereda does otherwise."""
