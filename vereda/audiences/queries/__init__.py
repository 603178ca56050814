"""Asking about audiences: the saved ones, who is in, what a question means, and why.

audiences (by key), inclusions (who is in what), asking (a question becomes a condition),
reasons (why each one is in, row by row), summaries (who came and went).
"""
