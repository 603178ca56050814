"""Decisions about events, values in and values out.

traits: what traits mean for a person and an account. repairs: what a repair makes of an item.
"""
