"""Telling workspaces: the only place that writes their rows. Start reading at members.py."""
