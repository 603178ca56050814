"""Asking the portal: `visits` (who is there), more beside it."""
