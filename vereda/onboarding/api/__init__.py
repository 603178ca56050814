"""Onboarding for programs."""
