"""The stylesheet of a workspace's portal, from its colour."""

from functools import lru_cache
from typing import Final

from vereda.portal.colours import accents_of

RULES: Final = """\
.portal-mark { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem; }
.portal-logo { max-width: min(100%, 16rem); max-height: 3.75rem; width: auto; height: auto; }
.portal-logo { background: #fff; border-radius: 0.4rem; padding: 0.3rem; }
.portal-ground { background: var(--background); color: var(--foreground); padding: 1rem; }
.portal-ground { border: 1px solid var(--border); border-radius: 0.6rem; }
.portal-ground .btn { height: auto; white-space: normal; }
.portal-light { color-scheme: light; }
.portal-dark { color-scheme: dark; }
"""
# Buttons are drawn in the --color-… names, which took their values further up, at the root.
ACCENT: Final = """\
.portal-brand {{ --primary: light-dark({light.colour}, {dark.colour}); }}
.portal-brand {{ --primary-foreground: light-dark({light.label}, {dark.label}); }}
.portal-brand {{ --ring: var(--primary); --color-ring: var(--primary); }}
.portal-brand {{ --color-primary: var(--primary); }}
.portal-brand {{ --color-primary-foreground: var(--primary-foreground); }}
.portal-brand .portal-name, .portal-brand h1 {{ color: var(--primary); }}
.portal-brand .plain-card {{ border-top: 4px solid var(--primary); }}
"""


@lru_cache(maxsize=256)
def stylesheet_of(accent: str) -> str:
    """CSS for everything inside `.portal-brand`; without a colour, ours stays."""
    if not accent:
        return RULES
    light, dark = accents_of(accent)
    return RULES + ACCENT.format(light=light, dark=dark)
