"""Asking about support, by noun; nothing here writes."""
