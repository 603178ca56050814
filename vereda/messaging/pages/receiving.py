"""Where a workspace's mail server hands letters in.

The signature is checked over the bytes as they came, before anything is made of them. A letter is
kept and acknowledged; a task reads it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from vereda.foundation.access import public_page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.messaging.actions.receiving import receive_letter
from vereda.messaging.contracts import NotSigned
from vereda.messaging.keyed import inbound_secret, workspace_in_inbound_token
from vereda.messaging.queries.settings import valid_inbound_keys
from vereda.messaging.rules.reading import LARGEST_LETTER
from vereda.messaging.signing import require_signature
from vereda.workspaces.queries import workspace_with_id

LARGEST_BODY = LARGEST_LETTER * 4 // 3 + 2 * 1024 * 1024
"""The largest letter in base64, with its envelope."""


class Handed(msgspec.Struct, kw_only=True):
    """A letter as the mail server hands it in: docs/operate/mail.md."""

    mail: bytes
    recipients: Annotated[list[str], msgspec.Meta(max_length=100_000)] = []
    dmarc: Literal["pass", "fail", "none"] = "none"


HANDED = msgspec.json.Decoder(Handed)


@public_page(because="mail servers sign what they hand in; they have no session", methods=("POST",))
@csrf_exempt
def receive(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the letter: 200, also for a delivery that came before; 401 when it is not signed."""
    workspace_id = workspace_in_inbound_token(token)
    if workspace_id is None:
        raise Missing("letterbox")
    workspace = workspace_with_id(workspace_id)
    if workspace.suspended_at is not None:
        raise Missing("letterbox")
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return _no(413, "The letter is larger than 25 MB.")
    secrets = [inbound_secret(key) for key in valid_inbound_keys(workspace, now=now())]
    try:
        delivery_id = require_signature(body, request.headers, secrets=secrets)
        handed = HANDED.decode(body)
    except NotSigned:
        return _no(401, "The signature does not hold.")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _no(422, "The body is not a letter as docs/operate/mail.md describes it.")
    receive_letter(
        workspace,
        delivery_id=delivery_id,
        raw=handed.mail,
        recipients=handed.recipients,
        vouched=handed.dmarc == "pass",
        now=now(),
    )
    return JsonResponse({"received": delivery_id})


def _no(status: int, why: str) -> HttpResponse:
    return JsonResponse({"detail": why}, status=status)
