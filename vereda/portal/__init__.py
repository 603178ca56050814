"""The face for people at customers: one page without a password.

Nouns: PortalLink, PortalSession, Branding.
Verbs: invite to the portal, open it, submit what was asked.
"""
