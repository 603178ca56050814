"""Asking about onboarding."""
