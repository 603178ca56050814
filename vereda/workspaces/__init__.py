"""Workspaces: the companies that run Vereda, and the people who work in them.

Nouns   Workspace (the tenant), User (a person who signs in), Member (a user in a workspace),
        Invitation, WriteKey (public, append-only), ApiToken (secret, scoped), AuditLine.
Verbs   open, invite, join, change role, leave, issue and revoke keys and tokens, record.
Announces MemberJoined, MemberLeft.
Start reading at roles.py and actions/members.py.
"""
