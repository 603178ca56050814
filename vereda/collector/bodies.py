"""A request's body, from bytes to items: decided by content, bounded at every step.

SDKs call gzip `application/x-www-form-urlencoded` and JSON `text/plain`, so the type is
not asked; it only explains a refusal. Nothing here knows what an item means.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import parse_qsl

import msgspec

LARGEST_WIRE: Final = 4 * 1024 * 1024
LARGEST_BODY: Final = 16 * 1024 * 1024
MOST_ITEMS: Final = 1000
GZIP: Final = b"\x1f\x8b"
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
LONE_SURROGATE: Final = re.compile(
    rb"(?<!\\)((?:\\\\)*)(?:(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
NO_NUMBER: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|(-?\b(?:NaN|Infinity)\b)')
TOO_LARGE_A_NUMBER: Final = b"1e999"


class Rejected(Exception):
    """The request as a whole is refused; nothing of it is stored."""

    def __init__(
        self, status: str, code: str, message: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


BAD_REQUEST: Final = "400 Bad Request"
UNAUTHORIZED: Final = "401 Unauthorized"
FORBIDDEN: Final = "403 Forbidden"
TOO_LARGE: Final = "413 Content Too Large"
UNSUPPORTED: Final = "415 Unsupported Media Type"


Opened = TypeVar("Opened")
FORM: Final = b"data="


class Readable(Protocol):
    """What a WSGI server gives as `wsgi.input`."""

    def read(self, size: int = -1, /) -> bytes: ...


class Envelope(msgspec.Struct, rename="camel"):
    """What stands around the items of a batch, or beside a single item's own words."""

    batch: list[msgspec.Raw] | None = None
    write_key: object = None
    sent_at: object = None
    timestamp: object = None
    context: object = None


class PostHogEnvelope(msgspec.Struct):
    """What stands around PostHog's items: a batch, or one item with the key beside it."""

    batch: list[msgspec.Raw] | None = None
    api_key: object = None
    token: object = None
    sent_at: object = None
    event: object = None
    data: object = None
    properties: object = None


_decode = msgspec.json.Decoder(Envelope).decode
_decode_posthog = msgspec.json.Decoder(PostHogEnvelope | list[msgspec.Raw]).decode
_decode_item = msgspec.json.Decoder(PostHogEnvelope).decode


def read_body(environ: Mapping[str, object]) -> bytes:
    """The JSON text of the request: inflated, without its mark, not yet parsed."""
    wire = _wire(environ)
    encodings = [
        word.strip().lower()
        for word in str(environ.get("HTTP_CONTENT_ENCODING") or "").split(",")
        if word.strip() and word.strip().lower() != "identity"
    ]
    if encodings not in ([], ["gzip"], ["x-gzip"]):
        raise Rejected(UNSUPPORTED, "unsupported_encoding", "Send plain JSON or gzip, once.")
    if wire.startswith(GZIP):
        wire = inflated(wire)
        if wire.startswith(GZIP):
            raise Rejected(UNSUPPORTED, "unsupported_encoding", "The body is gzip inside gzip.")
    elif encodings:
        raise Rejected(
            UNSUPPORTED, "not_gzip", "The header says gzip and the body is not; send either."
        )
    charset = str(environ.get("CONTENT_TYPE") or "").lower().partition("charset=")[2]
    if charset.strip(' "').startswith(("utf-16", "utf-32", "utf16", "utf32")):
        raise Rejected(UNSUPPORTED, "unsupported_charset", "JSON is sent as UTF-8.")
    return wire.removeprefix(BYTE_ORDER_MARK)


def _wire(environ: Mapping[str, object]) -> bytes:
    declared = str(environ.get("CONTENT_LENGTH") or "")
    if declared.isdigit() and int(declared) > LARGEST_WIRE:
        raise too_large(f"The body has {declared} bytes; the most is {LARGEST_WIRE}.")
    stream: Readable = environ["wsgi.input"]  # type: ignore[assignment]
    size = int(declared) if declared.isdigit() else LARGEST_WIRE + 1
    parts, length = [], 0
    while length < size:
        part = stream.read(size - length)
        if not part:
            break
        parts.append(part)
        length += len(part)
    if length > LARGEST_WIRE:
        raise too_large(f"The body has more than {LARGEST_WIRE} bytes.")
    if declared.isdigit() and length < size:
        raise Rejected(BAD_REQUEST, "incomplete", "The body ended before it was complete.")
    return b"".join(parts)


def inflated(wire: bytes) -> bytes:
    """The content of a gzip body, never more than LARGEST_BODY of it in memory."""
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        body = unzip.decompress(wire, LARGEST_BODY + 1)
    except zlib.error as error:
        raise Rejected(BAD_REQUEST, "invalid_gzip", "The gzip body is damaged.") from error
    if len(body) > LARGEST_BODY:
        raise too_large(f"The body inflates to more than {LARGEST_BODY} bytes.")
    if not unzip.eof:
        raise Rejected(BAD_REQUEST, "invalid_gzip", "The gzip body is not complete.")
    return body


def opened(body: bytes) -> tuple[Envelope, bytes]:
    """The envelope, and the body it was read from (lone surrogates replaced)."""
    return _opened(body, _decode)


def _opened(body: bytes, decode: Callable[[bytes], Opened]) -> tuple[Opened, bytes]:
    try:
        if not body.isascii():
            body.decode("utf-8")
        if SURROGATE.search(body):
            body = without_lone_surrogates(body)
        return decode(body), body
    except msgspec.ValidationError as error:
        checked(body)
        raise _not_json(error) from error
    except msgspec.DecodeError as error:
        spelled = with_numbers_spelled(body)
        if spelled != body:
            return _opened(spelled, decode)
        raise _not_json(error) from error
    except RecursionError as error:
        raise _too_deep() from error
    except UnicodeDecodeError as error:
        raise Rejected(BAD_REQUEST, "not_utf8", "JSON is sent as UTF-8.") from error


def with_numbers_spelled(body: bytes) -> bytes:
    """NaN and Infinity, which Python's SDKs write and JSON does not know, as a number too large.

    So they cost their own item, which is told so, and not the whole batch.
    """

    def spelled(match: re.Match[bytes]) -> bytes:
        return TOO_LARGE_A_NUMBER if match[1] else match[0]

    return NO_NUMBER.sub(spelled, body)


def checked(body: bytes) -> None:
    """Refuse what is not JSON through and through, or holds a number nobody can."""
    try:
        msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise _not_json(error) from error
    except RecursionError as error:
        raise _too_deep() from error


def _too_deep() -> Rejected:
    return Rejected(BAD_REQUEST, "too_deep", "The JSON is nested too deeply.")


def _not_json(error: msgspec.DecodeError) -> Rejected:
    if isinstance(error, msgspec.ValidationError):
        return Rejected(BAD_REQUEST, "invalid_body", f"The body is not what it should be: {error}.")
    return Rejected(BAD_REQUEST, "invalid_json", f"The body is not JSON: {error}.")


def without_lone_surrogates(body: bytes) -> bytes:
    """Half a character, written as an escape, becomes U+FFFD; whole pairs stay."""

    def repaired(match: re.Match[bytes]) -> bytes:
        return match[1] + (match[2] or rb"\ufffd")

    return LONE_SURROGATE.sub(repaired, body)


def items_of(envelope: Envelope) -> list[msgspec.Raw]:
    """The items of a batch."""
    if envelope.batch is None:
        raise Rejected(BAD_REQUEST, "no_batch", 'Expected {"batch": [...]} with the items.')
    if len(envelope.batch) > MOST_ITEMS:
        raise too_large(
            f"The batch has {len(envelope.batch)} items; the most is {MOST_ITEMS}.",
            code="batch_too_large",
        )
    return envelope.batch


def opened_posthog(body: bytes) -> tuple[Envelope, list[msgspec.Raw] | list[bytes]]:
    """PostHog's envelope in our words, and its items: a batch, a list, or one alone."""
    body = unformed(body)
    outer, body = _opened(body, _decode_posthog)
    if isinstance(outer, list):
        checked(body)
        key = _key_in(outer[0]) if outer else None
        return Envelope(write_key=key), _few(outer)
    if isinstance(outer.data, str) and outer.event is None and outer.batch is None:
        return opened_posthog(from_base64(outer.data.encode()))
    envelope = Envelope(
        batch=outer.batch,
        write_key=_said_key(outer),
        sent_at=outer.sent_at,
    )
    if outer.batch is not None:
        return envelope, _few(outer.batch)
    checked(body)
    return envelope, [body]


def _few(items: list[msgspec.Raw]) -> list[msgspec.Raw]:
    return items_of(Envelope(batch=items))


def _key_in(item: msgspec.Raw) -> object:
    """The key that an item of a list carries itself."""
    try:
        return _said_key(_decode_item(item))
    except msgspec.DecodeError:
        return None


def _said_key(said: PostHogEnvelope) -> object:
    properties: Any = said.properties if isinstance(said.properties, dict) else {}
    return said.api_key or said.token or properties.get("token")


def unformed(body: bytes) -> bytes:
    """The JSON of a body that was sent as the form field `data`, plain or as base64."""
    if not body.startswith(FORM):
        return body
    try:
        form = dict(parse_qsl(body.decode("ascii"), max_num_fields=20))
    except (UnicodeDecodeError, ValueError) as error:
        raise Rejected(BAD_REQUEST, "invalid_body", "The form cannot be read.") from error
    sent = form.get("data", "").encode()
    return sent if sent[:1] in (b"{", b"[") else from_base64(sent)


def from_base64(sent: bytes) -> bytes:
    """What was wrapped, inflated where it is gzip; "+" became a space in some forms."""
    try:
        body = base64.b64decode(sent.replace(b" ", b"+").strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Rejected(BAD_REQUEST, "invalid_body", "The data is not base64.") from error
    return inflated(body) if body.startswith(GZIP) else body


def too_large(message: str, *, code: str = "too_large") -> Rejected:
    """413, with the sentence."""
    return Rejected(TOO_LARGE, code, message)
