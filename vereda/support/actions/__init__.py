"""Telling support, by noun: the only place that writes its tables."""
