"""Telling messaging, by noun: `sending` first, then `delivering`, `wishes`, `addresses`,
`receiving`, `reading`, `deciding`, `settings`, `forgetting`."""
