"""Asking about promised benefits: never writes.

outcomes: the rows and where each stands. expectations: what customers were told. reports: what one
account was promised, what came of it and what it cost. reviews: the same over products and cohorts.
"""
