"""What the words of onboarding are called on screen: templates, plans."""
