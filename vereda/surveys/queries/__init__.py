"""Asking about surveys, about who was asked, and about what came back; nothing here writes."""
