"""The link that lets somebody answer without signing in.

Its token is made from the invitation's id with the installation's secret key, so that a reminder
can bear the same link although the database keeps only a hash: who reads the database can answer
in nobody's name.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from vereda.surveys.models.asking import SurveyInvitation

TOKEN_LETTERS = 64
SALT = "vereda.surveys.invitation"


def token_of(invitation: SurveyInvitation) -> str:
    """The token of an invitation: its workspace, and 256 bits that only this installation can
    compute."""
    digest = salted_hmac(SALT, invitation.pk.hex, algorithm="sha256").digest()
    return _letters_of(invitation.workspace_id.bytes + digest)


def workspace_in_link(token: str) -> UUID | None:
    """The workspace that a token says it belongs to; None for what is no token of ours."""
    if len(token) != TOKEN_LETTERS or not token.isascii():
        return None
    try:
        told = base64.urlsafe_b64decode(token)
    except ValueError:
        return None
    return UUID(bytes=told[:16])


def _letters_of(told: bytes) -> str:
    """Bytes, a multiple of three of them, as letters that fit in an address."""
    return base64.urlsafe_b64encode(told).decode()


def digest_of_link(token: str) -> str:
    """What is stored instead of the token: it cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def answer_url(invitation: SurveyInvitation) -> str:
    """Where the invited person answers."""
    return _whole("answer_survey", invitation)


def unsubscribe_url(invitation: SurveyInvitation) -> str:
    """Where the invited person says that they want no more such letters."""
    return _whole("unsubscribe_survey", invitation)


def _whole(route: str, invitation: SurveyInvitation) -> str:
    return f"{settings.BASE_URL}{reverse(route, kwargs={'token': token_of(invitation)})}"
