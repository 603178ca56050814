"""Scorecards, scores and their record."""
