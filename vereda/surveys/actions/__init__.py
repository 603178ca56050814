"""Telling surveys: the only place that writes them."""
