"""Who holds an API token (settings.VEREDA_BEARER_OF)."""

from dataclasses import dataclass
from datetime import datetime

from vereda.workspaces.actions.answers import claim_answer, keep_answer, release_claim
from vereda.workspaces.actions.keys import note_use_of_token
from vereda.workspaces.models import ApiToken, IdempotentAnswer, Member
from vereda.workspaces.queries import token_with_secret


@dataclass(frozen=True, slots=True)
class AnswerClaim:
    """A write's row among the kept answers; `saved` is status and body of one done before."""

    answer: IdempotentAnswer
    saved: tuple[int, str] | None

    def keep(self, *, status: int, body: str) -> None:
        """Store the answer in the write's own transaction."""
        keep_answer(self.answer, status=status, body=body)

    def release(self) -> None:
        """Nothing was done: the key may be used again."""
        release_claim(self.answer)


@dataclass(frozen=True, slots=True)
class TokenBearer:
    """The member who issued a token, as far as the token's scopes go."""

    token: ApiToken
    member: Member
    scopes: frozenset[str]

    def may(self, permission: str) -> bool:
        """Do the scopes and the member's role of today both have the permission?"""
        return permission in self.scopes and self.member.may(permission)

    def claim(self, *, key: str, route: str, fingerprint: str, now: datetime) -> AnswerClaim:
        """The right to write under that key with this token, or what was answered before."""
        answer = claim_answer(self.token, route=route, key=key, fingerprint=fingerprint, now=now)
        saved = None if answer.status is None else (answer.status, answer.body)
        return AnswerClaim(answer, saved)


def bearer_of(secret: str, *, now: datetime) -> TokenBearer | None:
    """Who holds that token; None when it is unknown, revoked, expired or its member is gone."""
    token = token_with_secret(secret, now=now)
    if token is None:
        return None
    if token.last_used_on != now.date():
        note_use_of_token(token.pk, on=now.date())
    return TokenBearer(token, token.by, frozenset(token.scopes))
