"""Whether a letter was handed in by the workspace's own mail server (Standard Webhooks).

The library raises whatever its parts raise on garbage; here all of it means: not signed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from standardwebhooks.webhooks import Webhook

from vereda.messaging.contracts import NotSigned

ID = re.compile(r"[\x21-\x7e]{1,255}")
SECONDS = re.compile(r"[0-9]{1,11}")
MOST_SIGNATURES = 8


def require_signature(body: bytes, headers: Mapping[str, str], *, secrets: Collection[str]) -> str:
    """The id of the delivery, signed with one of the secrets within five minutes; or `NotSigned`.

    Ids and times are held to be what the standard says before the library sees them: it would
    take "1.5e9" for a time.
    """
    told = {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp")}
    signatures = headers.get("webhook-signature", "")
    if not ID.fullmatch(told["webhook-id"]) or not SECONDS.fullmatch(told["webhook-timestamp"]):
        raise NotSigned
    if not 0 < len(signatures.split(" ")) <= MOST_SIGNATURES or len(signatures) > 2_000:
        raise NotSigned
    if not any(_holds(body, {**told, "webhook-signature": signatures}, each) for each in secrets):
        raise NotSigned
    return told["webhook-id"]


def _holds(body: bytes, headers: dict[str, str], secret: str) -> bool:
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except Exception:  # noqa: BLE001 - ValueError, binascii.Error, UnicodeDecodeError, its own
        return False
    return True
