"""What kind of file it is, told from its bytes: never from its name or from what was claimed."""

from collections.abc import Mapping

HEAD_BYTES = 4_096

BEGINNINGS: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
PACKED: Mapping[bytes, str] = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    b"mimetypeapplication/vnd.oasis.opendocument.text": "application/vnd.oasis.opendocument.text",
    b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet": (
        "application/vnd.oasis.opendocument.spreadsheet"
    ),
}
ZIP = b"PK\x03\x04"
TEXT = "text/plain"
MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<head", b"<body", b"<iframe")


def media_type_in(head: bytes, *, whole_names: bytes = b"") -> str | None:
    """The media type of a file that begins with `head`, or None for what is not kept.

    `whole_names` is where a packed document names its parts; without it the head is searched.
    Text is kept as plain text; anything a browser could run is not.
    """
    for beginning, media_type in BEGINNINGS.items():
        if head.startswith(beginning):
            return media_type
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(ZIP):
        names = whole_names or head
        return next((kind for mark, kind in PACKED.items() if mark in names), None)
    return TEXT if is_plain_text(head) else None


def is_plain_text(head: bytes) -> bool:
    """Is it UTF-8 or Windows text, without control characters and without markup?"""
    if b"\x00" in head or any(mark in head.lower() for mark in MARKUP):
        return False
    return all(byte >= 32 or byte in b"\t\r\n\x0c" for byte in head)
