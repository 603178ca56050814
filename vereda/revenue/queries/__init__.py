"""Asking about money; nothing here writes.

subscriptions: terms and goodbyes. departures: who left and came back, and when. renewals: what has
to be said yes to again.
"""
