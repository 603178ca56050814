"""Asking about adoption; nothing here writes."""
