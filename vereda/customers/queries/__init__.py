"""Asking about customers; nothing here writes.

accounts, people, relationships, notes, fields, duplicates: rows by noun.
lists: what a list of accounts or people may be filtered and sorted by.
"""
