"""What must survive: killed processes, cut power."""
