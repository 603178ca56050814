"""Customers for programs: one router for each noun.

accounts, people: read, write, upsert one or many. notes: notes, interactions, tags and
relationships of an account. shown: what is answered. said: what is sent.
"""
