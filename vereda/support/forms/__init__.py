"""What members type about support, by noun."""
