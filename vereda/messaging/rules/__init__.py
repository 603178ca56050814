"""Decisions about letters: what each kind may, how many a person gets, what came in."""
