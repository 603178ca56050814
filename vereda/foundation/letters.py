"""What the headers of every letter to people have in common, whichever capability writes it."""

from django.conf import settings

IN_NO_NAME = frozenset('"\\<>')


def sender_address() -> str:
    """The bare address that the installation writes from."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">").strip()


def sender_named(name: str) -> str:
    """The installation's address under that name."""
    shown = "".join(each for each in name if each.isprintable() and each not in IN_NO_NAME)
    return f'"{shown}" <{sender_address()}>'


def unsubscribe_headers(url: str) -> dict[str, str]:
    """The headers by which mail programs unsubscribe (RFC 2369); with one click (RFC 8058) only
    over HTTPS, as that standard demands."""
    headers = {"List-Unsubscribe": f"<{url}>"}
    if url.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
