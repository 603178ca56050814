"""What a request says beside its body: the key, where it comes from, an event in its address."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from vereda.collector.bodies import BAD_REQUEST, Rejected

KEYS_IN_QUERY: Final = frozenset({"writeKey", "write_key", "api_key", "token"})
RETRY_HEADERS: Final = ("HTTP_X_RETRY_COUNT", "HTTP_RSA_RETRY_ATTEMPT")
RETRY_IN_QUERY: Final = "retry_count="
MOST_PARAMETERS: Final = 100
DEEPEST_PARAMETER: Final = 5


def user_of_basic(environ: Mapping[str, Any]) -> str:
    """The user name of Basic authentication: a write key, with or without a colon."""
    scheme, _, credentials = str(environ.get("HTTP_AUTHORIZATION") or "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise Rejected(
            BAD_REQUEST, "invalid_authorization", "The Basic credentials are not base64."
        ) from error
    return decoded.partition(":")[0].strip()


def bearer(environ: Mapping[str, Any]) -> str:
    """The write key that newer PostHog clients send as a bearer token."""
    scheme, _, token = str(environ.get("HTTP_AUTHORIZATION") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def key_in_query(environ: Mapping[str, Any]) -> str:
    """The write key of the query string."""
    for pair in str(environ.get("QUERY_STRING") or "").split("&"):
        name, _, value = pair.partition("=")
        if name in KEYS_IN_QUERY:
            return unquote(value)
    return ""


def agreed_key(*said: object) -> str:
    """The one key that header, body and query name; "" when none does."""
    keys = {key for key in said if isinstance(key, str) and key}
    if len(keys) > 1:
        raise Rejected(
            BAD_REQUEST, "conflicting_keys", "Header, body and address name different write keys."
        )
    return keys.pop() if keys else ""


def origin_of(environ: Mapping[str, Any]) -> str:
    """The site whose page sent this; "" for programs. Browsers do not let pages lie about it."""
    return str(environ.get("HTTP_ORIGIN") or "").strip().lower()


def is_retried(environ: Mapping[str, Any]) -> bool:
    """Does the client say that it sends this again?"""
    if any(environ.get(header) for header in RETRY_HEADERS):
        return True
    return RETRY_IN_QUERY in str(environ.get("QUERY_STRING") or "")


def pixel_item(environ: Mapping[str, Any]) -> dict[str, Any]:
    """The event in a pixel's address: `data` as base64 JSON, or parameters such as
    `properties.plan`."""
    try:
        said = dict(
            parse_qsl(str(environ.get("QUERY_STRING") or ""), max_num_fields=MOST_PARAMETERS)
        )
    except ValueError as error:
        raise Rejected(BAD_REQUEST, "invalid_body", "The address cannot be read.") from error
    if "data" in said:
        return _from_data(said["data"])
    item: dict[str, Any] = {}
    for name, value in said.items():
        *path, last = name.split(".", DEEPEST_PARAMETER)
        place = item
        for step in path:
            place = place.setdefault(step, {}) if isinstance(place.get(step, {}), dict) else {}
        place[last] = value
    return item


def _from_data(data: str) -> dict[str, Any]:
    padded = data.replace(" ", "+") + "=" * (-len(data) % 4)
    try:
        read = json.loads(base64.b64decode(padded, altchars=None))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise Rejected(BAD_REQUEST, "invalid_body", "The data is not JSON in base64.") from error
    if not isinstance(read, dict):
        raise Rejected(BAD_REQUEST, "invalid_body", "The data is not a JSON object.")
    return read
