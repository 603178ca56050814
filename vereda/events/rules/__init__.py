"""Decisions about events, values in and values out.

traits: what traits mean for a person and an account. repairs: what a repair makes of an item.
exploring: days, weeks and months as numbers.
metrics: what a definition must say. defaults: metrics to begin with.
"""
