"""What the headers of every letter to people have in common, whichever capability writes it."""

from email.mime.image import MIMEImage
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

LOGO: Final = "logo"
"""What a letter's own page calls its picture."""

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


def enclose_logo(letter: EmailMultiAlternatives, png: bytes) -> None:
    """Put the logo inside the letter, where its HTML shows it as `cid:logo`: no letter of ours
    fetches a picture from anywhere. The whole is one related thing (RFC 2387), so that mail
    programs list no attachment."""
    image = MIMEImage(png, "png")
    image["Content-ID"] = f"<{LOGO}>"
    image["Content-Disposition"] = 'inline; filename="logo.png"'
    letter.mixed_subtype = "related"  # type: ignore[attr-defined]
    letter.attach(image)
