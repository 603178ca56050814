"""Asking about letters: `letters`, `people`, `replies`, `news`, `settings`."""
