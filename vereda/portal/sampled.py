"""How the portal of the invented company looks: a modest colour and a mark drawn here.

What the portal offers to the sample, which stands below it: `config/wiring.py` lists it in
SAMPLE_TOUCHES.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from vereda.portal.actions.branding import set_branding

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

ACCENT: Final = "#1f5f7a"
SIDE: Final = 96
BARS: Final = ((20, 52), (42, 36), (64, 20))
"""Where each bar of the mark begins, from the left and from the top."""
BAR: Final = 12


def brand_sample(owner: Member) -> None:
    """The sample's portal and letters bear its colour and its mark."""
    set_branding(owner.workspace, accent=ACCENT, logo=BytesIO(drawn_mark()), by=owner)


def drawn_mark() -> bytes:
    """Three rising bars on the colour, as a small PNG."""
    mark = Image.new("RGB", (SIDE, SIDE), "white")
    pen = ImageDraw.Draw(mark)
    pen.rounded_rectangle((0, 0, SIDE - 1, SIDE - 1), radius=SIDE // 5, fill=ACCENT)
    for left, top in BARS:
        pen.rectangle((left, top, left + BAR, SIDE - 20), fill="white")
    body = BytesIO()
    mark.save(body, "PNG")
    return body.getvalue()
