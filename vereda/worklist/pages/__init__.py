"""The pages of the worklist, by noun."""
