"""Forms of onboarding."""
