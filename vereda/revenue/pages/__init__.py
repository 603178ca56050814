"""The pages of revenue, by what they are about."""
