"""Telling events.

storing: keep them, take them back, erase. folding: tell accounts and people what they say.
"""
