"""Who holds an API token (settings.VEREDA_BEARER_OF)."""

from dataclasses import dataclass
from datetime import datetime

from vereda.workspaces.actions.keys import note_use_of_token
from vereda.workspaces.models import Member
from vereda.workspaces.queries import token_with_secret


@dataclass(frozen=True, slots=True)
class TokenBearer:
    """The member who issued a token, as far as the token's scopes go."""

    member: Member
    scopes: frozenset[str]

    def may(self, permission: str) -> bool:
        """Do the scopes and the member's role of today both have the permission?"""
        return permission in self.scopes and self.member.may(permission)


def bearer_of(secret: str, *, now: datetime) -> TokenBearer | None:
    """Who holds that token; None when it is unknown, revoked, expired or its member is gone."""
    token = token_with_secret(secret, now=now)
    if token is None:
        return None
    if token.last_used_on != now.date():
        note_use_of_token(token.pk, on=now.date())
    return TokenBearer(token.by, frozenset(token.scopes))
