"""Asking about health: cards, inputs, scores, and why they are what they are."""
