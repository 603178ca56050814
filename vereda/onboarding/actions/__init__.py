"""What members and customers do in onboarding."""
