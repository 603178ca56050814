"""Decisions about onboarding: values in, values out."""
