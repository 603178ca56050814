"""Telling imports: take a file in, say what it means, check, run, cancel, undo."""
