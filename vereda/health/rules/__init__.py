"""Deciding about health: what a score is, what moves it, which card applies."""
