"""Whether a company's colour can be read, and the nearest one that can; pure.

Contrast is the ratio of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio): from 1:1 to
21:1, of the relative luminances of both colours in sRGB. Text needs 4.5:1 (1.4.3), the edges of
what is pressed 3:1 (1.4.11). The accent is both, so it needs the larger.

No colour reaches 4.5:1 on white and on our dark ground alike, so one is chosen for the light ground
and the dark one gets the nearest that can be read there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

TEXT_NEEDS: Final = 4.5
LIGHT_GROUNDS: Final = ("#ffffff", "#fcfbf8")
"""Cards and the page around them in the light: `--card` and `--background` of tokens.css."""
DARK_GROUNDS: Final = ("#131b17", "#0b110f")
"""The same in the dark."""
LABELS: Final = ("#ffffff", "#0b110f")
"""What stands written on the accent: white or our ink."""

STEPS: Final = 255
WRITTEN: Final = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})\Z")

Channels = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accent:
    """A colour on one ground, and the colour of words on it."""

    colour: str
    label: str


def colour_in(said: str) -> str | None:
    """The colour as "#0b6e4f", however it was written ("0B6E4F", "#0c6"); None where it is none."""
    found = WRITTEN.match(said.strip().lower())
    if found is None:
        return None
    digits = found[1]
    return f"#{digits}" if len(digits) == 6 else "#" + "".join(2 * digit for digit in digits)


def luminance(colour: str) -> float:
    """The relative luminance of an sRGB colour (WCAG 2.2): 0 for black, 1 for white."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, grounds: tuple[str, ...]) -> float:
    """The contrast on the ground where it is worst."""
    return min(contrast(colour, ground) for ground in grounds)


def readable_on_light(colour: str) -> str:
    """The colour itself if text in it can be read on light ground; else the nearest darker one."""
    return _nearest(colour, towards="#000000", grounds=LIGHT_GROUNDS)


def readable_on_dark(colour: str) -> str:
    """The same for dark ground: itself, or the nearest lighter one."""
    return _nearest(colour, towards="#ffffff", grounds=DARK_GROUNDS)


def accents_of(colour: str) -> tuple[Accent, Accent]:
    """The colour as it is shown in the light and in the dark, each with the words on it."""
    return (
        _with_label(readable_on_light(colour)),
        _with_label(readable_on_dark(colour)),
    )


def _nearest(colour: str, *, towards: str, grounds: tuple[str, ...]) -> str:
    mixes = (_mixed(colour, towards, step=step) for step in range(STEPS + 1))
    return next(mix for mix in mixes if least_contrast(mix, grounds) >= TEXT_NEEDS)


def _mixed(colour: str, other: str, *, step: int) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * step / STEPS):02x}" for a, b in pairs)


def _with_label(colour: str) -> Accent:
    return Accent(colour=colour, label=max(LABELS, key=lambda label: contrast(colour, label)))


def _channels(colour: str) -> Channels:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
