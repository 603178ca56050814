"""Decisions about customers: values in, values out.

names (what two spellings of a name share), people (what is an address), values (what fits a custom
field), likeness (whether two rows are one customer), trees (what may stand below what).
"""
