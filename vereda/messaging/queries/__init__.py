"""Asking about letters: `letters`, `people`, `replies`, `settings`."""
