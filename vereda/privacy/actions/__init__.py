"""Telling privacy: consents (yes, no, the workspace's rule), requests (access, erasure)."""
