"""The pages of sign-in, invitations, settings and one's own profile."""
