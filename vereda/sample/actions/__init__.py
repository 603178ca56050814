"""Telling the sample: load it, remove it.

loading: the whole, in order. customers, money, usage: its parts. removal: all of it, gone.
"""
