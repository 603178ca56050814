"""Asking about imports, about the kinds there are, and about what columns may mean."""
