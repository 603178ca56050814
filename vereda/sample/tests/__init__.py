"""What the invented world promises, and that it can be loaded and removed."""
