"""Pages of health: an account's explanation, the builder of scorecards, their record."""
