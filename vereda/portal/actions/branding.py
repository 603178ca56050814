"""Choosing how the portal looks: the name, the colour, the logo."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from vereda.customers.contracts import FileFault, WrongFile
from vereda.customers.queries.files import picture_in
from vereda.foundation.wording import number_words
from vereda.portal.colours import (
    LIGHT_GROUNDS,
    TEXT_NEEDS,
    colour_in,
    least_contrast,
    readable_on_light,
)
from vereda.portal.contracts import LARGEST_LOGO, LOGO_BOX, WrongBranding
from vereda.portal.models import Branding
from vereda.portal.queries.branding import branding_of
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


@transaction.atomic
def set_branding(
    workspace: Workspace,
    *,
    name: str = "",
    accent: str = "",
    logo: IO[bytes] | None = None,
    keep_logo: bool = True,
    by: Member,
) -> Branding:
    """Show the portal under that name, with that colour and logo; "" is the usual one.

    A colour in which text could not be read on white is refused, with the nearest that can be.
    logo: a new picture; None keeps what there is, unless it is not to be kept.
    """
    values: dict[str, object] = {"name": _one_line(name), "accent": _readable(accent)}
    if logo is not None:
        body = _drawn_small(_picture(logo))
        values |= {"logo": body, "logo_digest": sha256(body).hexdigest()}
    elif not keep_logo:
        values |= {"logo": None, "logo_digest": ""}
    Branding.objects.of(workspace).update_or_create(
        workspace=workspace, defaults=values, create_defaults={**values, "workspace": workspace}
    )
    row = branding_of(workspace)
    record(by, "changed", row, name=row.name, accent=row.accent, logo=bool(row.logo_digest))
    return row


def _one_line(name: str) -> str:
    bare = " ".join(name.split())
    if len(bare) > 100 or not all(letter.isprintable() for letter in bare):
        raise WrongBranding(_("The name is one line of up to 100 characters."))
    return bare


def _readable(said: str) -> str:
    if not said.strip():
        return ""
    colour = colour_in(said)
    if colour is None:
        raise WrongBranding(_("Write the colour like #0b6e4f."))
    found = least_contrast(colour, LIGHT_GROUNDS)
    if found < TEXT_NEEDS:
        sentence = _(
            "In %(colour)s, text could not be read: its contrast on a light ground is %(found)s:1,"
            " and text needs %(needed)s:1. The nearest darker colour that has it is %(nearest)s."
        )
        raise WrongBranding(
            sentence
            % {
                "colour": colour,
                "found": _floored(found),
                "needed": number_words(TEXT_NEEDS),
                "nearest": readable_on_light(colour),
            }
        )
    return colour


def _floored(ratio: float) -> str:
    """With one decimal, cut off: 4.49 is not told as 4.5."""
    return number_words(int(ratio * 10) / 10)


def _picture(logo: IO[bytes]) -> bytes:
    try:
        return picture_in(logo, at_most=LARGEST_LOGO)
    except WrongFile as refused:
        match refused.fault:
            case FileFault.TOO_LARGE:
                raise WrongBranding(_("The logo is larger than 2 MB.")) from refused
            case FileFault.WRONG_KIND:
                sentence = _("A logo is a picture: PNG, JPEG, GIF or WebP.")
                raise WrongBranding(sentence) from refused
        raise


def _drawn_small(picture: bytes) -> bytes:
    """The picture as a PNG that fits in the box of a logo."""
    with Image.open(BytesIO(picture), formats=["PNG", "JPEG"]) as drawn:
        drawn.thumbnail(LOGO_BOX)
        kept = BytesIO()
        drawn.save(kept, "PNG", optimize=True)
    return kept.getvalue()
