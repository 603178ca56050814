"""How long invitations last, what tokens begin with, and what may become of roles; pure."""

import re
import unicodedata
from datetime import timedelta
from urllib.parse import urlsplit

from vereda.workspaces.contracts import Role

INVITATION_LASTS = timedelta(days=7)
LINK_LASTS = timedelta(minutes=10)
FIRST_LINK_LASTS = timedelta(hours=24)
WRITE_KEY_PREFIX = "wk_"
SECRET_WRITE_KEY_PREFIX = "ws_"  # noqa: S105 - a prefix, not a secret
WRITE_KEY_SHOWN = 11
SECRET_WRITE_KEY_SHOWN = len(SECRET_WRITE_KEY_PREFIX) + 4
API_TOKEN_PREFIX = "vt_live_"  # noqa: S105 - a prefix, not a secret
PREFIX_SHOWN = len(API_TOKEN_PREFIX) + 4
LONGEST_SLUG = 48


def short_name_of(name: str) -> str:
    """A workspace's name as its part of addresses: "Cafés del Sur" is "cafes-del-sur"."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain_letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain_letters).strip("-")[:LONGEST_SLUG].strip("-") or "team"


def origin_in(said: str) -> str | None:
    """The origin as browsers send it: "https://app.example.com"; None where it is none."""
    try:
        parts = urlsplit(said.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    if parts.path.strip("/") or parts.query or parts.fragment:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


ROLE_HEIGHT = {Role.VIEWER: 0, Role.MEMBER: 1, Role.ADMIN: 2, Role.OWNER: 3}


def may_give(giver: Role, role: Role) -> bool:
    """May somebody with the role `giver` give `role`? Nobody gives more than they have."""
    return ROLE_HEIGHT[giver] >= ROLE_HEIGHT[role]
