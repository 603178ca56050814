"""Telling about health: cards, scores, opinions."""
