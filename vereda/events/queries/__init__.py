"""Asking about events; nothing here writes.

usage: from the roll-up. single_events: one by one. arrivals: why is my event missing?
"""
