"""The face for people at customers: one page without a password.

Nouns: PortalLink, PortalVisit.
Verbs: invite to the portal, come in, give what was asked, approve, write when asked, remind.
Announces: PortalOpened. Start reading at access.py (who is there), then pages/home.py.
"""
