"""Pages of audiences: listed (all of them, one), building (the builder), by_hand, files."""
