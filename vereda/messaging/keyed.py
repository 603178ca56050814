"""What is derived from rows with the installation's secret key, so that no secret is stored.

Who reads the database can neither answer in somebody's name, nor unsubscribe them, nor sign as
their mail server. Every comparison takes the same time whatever it compares.
"""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from vereda.messaging.rules.addresses import mailbox_of

if TYPE_CHECKING:
    from vereda.messaging.models.letters import Message
    from vereda.messaging.models.replies import ReplyAddress
    from vereda.messaging.models.settings import InboundKey

REPLY = "reply+"
REPLY_LETTERS = 52
"""16 bytes of id and 16 of proof in base32: mail servers may turn capitals into small letters."""

LINK_LETTERS = 64
ROOM_LETTERS = 40
PROOF_BYTES = 16


def reply_token(address: ReplyAddress) -> str:
    """What stands behind the plus: the row, and a proof bound to workspace, thing and person."""
    told = address.pk.bytes + _proof("reply", *_bound_to(address))
    return base64.b32encode(told).decode().rstrip("=").lower()


def id_in_reply_token(token: str) -> UUID | None:
    """The row that a token says it belongs to; None for what is no token of ours."""
    if len(token) != REPLY_LETTERS or not token.isascii():
        return None
    try:
        told = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        return None
    return UUID(bytes=told[:16])


def is_reply_token(token: str, *, of: ReplyAddress) -> bool:
    """Was this token made for that row?"""
    return hmac.compare_digest(token.lower().encode(), reply_token(of).encode())


def _bound_to(address: ReplyAddress) -> tuple[bytes, ...]:
    return (
        address.pk.bytes,
        address.workspace_id.bytes,
        address.thing_id.bytes,
        address.person_id.bytes,
        address.about.encode(),
    )


def link_token(message: Message) -> str:
    """What stands in the links of a letter by which its reader says what they want."""
    told = message.workspace_id.bytes + message.pk.bytes
    return base64.urlsafe_b64encode(told + _proof("link", told, message.person_id.bytes)).decode()


def ids_in_link(token: str) -> tuple[UUID, UUID] | None:
    """The workspace and the letter that a link says it belongs to; None for no link of ours."""
    if len(token) != LINK_LETTERS or not token.isascii():
        return None
    try:
        told = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        return None
    return UUID(bytes=told[:16]), UUID(bytes=told[16:32])


def preferences_url(message: Message) -> str:
    """Where the reader says what they want to hear; no sign-in."""
    return _whole("letter_preferences", link_token(message))


def one_click_url(message: Message) -> str:
    """Where mail programs say that the reader wants no more letters of this kind."""
    return _whole("letter_unsubscribe", link_token(message))


def inbound_token(workspace_id: UUID) -> str:
    """What stands in the address at which a workspace's mail server hands letters in."""
    told = workspace_id.bytes + _proof("inbound", workspace_id.bytes)[:9]
    return base64.b32encode(told).decode().lower()


def workspace_in_inbound_token(token: str) -> UUID | None:
    """The workspace whose address that is; None for a wrong one."""
    if len(token) != ROOM_LETTERS or not token.isascii():
        return None
    try:
        workspace_id = UUID(bytes=base64.b32decode(token.upper())[:16])
    except ValueError:
        return None
    whole = inbound_token(workspace_id).encode()
    return workspace_id if hmac.compare_digest(token.encode(), whole) else None


def inbound_url(workspace_id: UUID) -> str:
    """Where the workspace's mail server hands letters in."""
    return _whole("receive_letter", inbound_token(workspace_id))


def inbound_secret(key: InboundKey) -> str:
    """The secret of that generation, as Standard Webhooks writes it."""
    parts = (key.workspace_id.bytes, key.pk.bytes)
    digest = salted_hmac("vereda.messaging.secret", b"".join(parts), algorithm="sha256").digest()
    return f"whsec_{base64.b64encode(digest).decode()}"


def mark_of_address(address: str, *, workspace_id: UUID) -> str:
    """By what an address is recognised after it is gone; nobody can read it from the mark."""
    told = workspace_id.bytes + mailbox_of(address).encode()
    return salted_hmac("vereda.messaging.mark", told, algorithm="sha256").hexdigest()


def _proof(purpose: str, *parts: bytes) -> bytes:
    salt = f"vereda.messaging.{purpose}"
    return salted_hmac(salt, b"\0".join(parts), algorithm="sha256").digest()[:PROOF_BYTES]


def _whole(route: str, token: str) -> str:
    return f"{settings.BASE_URL}{reverse(route, kwargs={'token': token})}"
