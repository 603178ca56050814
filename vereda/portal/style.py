"""The stylesheet of a workspace's portal: its colour, on top of what every portal looks like."""

from functools import lru_cache
from typing import Final

from vereda.portal.colours import accents_of

# Buttons are drawn in the --color-… names, which took their values further up, at the root.
ACCENT: Final = """\
.portal-brand {{ --primary: light-dark({light.colour}, {dark.colour}); }}
.portal-brand {{ --primary-foreground: light-dark({light.label}, {dark.label}); }}
.portal-brand {{ --ring: var(--primary); --color-ring: var(--primary); }}
.portal-brand {{ --color-primary: var(--primary); }}
.portal-brand {{ --color-primary-foreground: var(--primary-foreground); }}
"""


@lru_cache(maxsize=256)
def stylesheet_of(accent: str) -> str:
    """The colour for everything inside `.portal-brand`; nothing where none was chosen."""
    if not accent:
        return ""
    light, dark = accents_of(accent)
    return ACCENT.format(light=light, dark=dark)
