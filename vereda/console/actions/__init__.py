"""Telling the console.

views: save a list, change it, move it, forget it; note an export. bulk: edits of many accounts and
their undoing.
"""
