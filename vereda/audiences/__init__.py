"""Saved questions about accounts and people, and who is in."""
