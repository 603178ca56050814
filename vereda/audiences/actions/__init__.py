"""Telling about audiences: the only place that writes them.

audiences (save, change, put away), by_hand (add, hold out, leave to the question), answering (who
is in now).
"""
