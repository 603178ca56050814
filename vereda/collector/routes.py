"""Every address that the collector answers, and what is done there.

Each exists with and without a slash at its end, because a redirect would turn a POST into
a GET. The list is what the SDKs of Segment, RudderStack and PostHog call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from vereda.events.contracts.arriving import Kind


class Does(Enum):
    """What is done with a request."""

    COLLECT = auto()
    PIXEL = auto()
    DISCARD = auto()
    SEGMENT_SETTINGS = auto()
    RUDDER_SOURCE = auto()
    POSTHOG_FLAGS = auto()
    POSTHOG_CONFIG = auto()
    POSTHOG_SCRIPT = auto()


class Dialect(Enum):
    """How items are written: as Segment and RudderStack do, or as PostHog does."""

    SEGMENT = auto()
    POSTHOG = auto()


@dataclass(frozen=True, slots=True)
class Route:
    """One address: how it is called, by which dialect, and about what.

    `kind` is the kind of a single item. `key` is the write key that stands in the address.
    `patient` clients wait when they are told 429; the others throw the events away, and are
    told 503 instead. `each` clients want to read what became of every single item.
    """

    does: Does
    dialect: Dialect = Dialect.SEGMENT
    kind: Kind | None = None
    key: str = ""
    patient: bool = True
    each: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        """How it may be called."""
        return ("GET",) if self.does in READ else ("POST",)


READ: Final = frozenset(
    {
        Does.PIXEL,
        Does.SEGMENT_SETTINGS,
        Does.RUDDER_SOURCE,
        Does.POSTHOG_CONFIG,
        Does.POSTHOG_SCRIPT,
    }
)
LETTERS: Final[Mapping[str, Kind]] = {kind.value[0]: kind for kind in Kind}
KINDS: Final[Mapping[str, Kind]] = {kind.value: kind for kind in Kind}

BATCH: Final = Route(Does.COLLECT)
METRICS_OF_CLIENTS: Final = Route(Does.DISCARD)
POSTHOG_SERVER: Final = Route(Does.COLLECT, Dialect.POSTHOG)
POSTHOG_BROWSER: Final = Route(Does.COLLECT, Dialect.POSTHOG, patient=False)

ROUTES: Final[Mapping[str, Route]] = {
    "/v1/batch": BATCH,
    "/v1/b": BATCH,
    "/v1/import": BATCH,
    "/beacon/v1/batch": BATCH,
    **{f"/v1/{name}": Route(Does.COLLECT, kind=kind) for name, kind in KINDS.items()},
    **{f"/v1/{name}": Route(Does.COLLECT, kind=kind) for name, kind in LETTERS.items()},
    **{f"/v1/pixel/{name}": Route(Does.PIXEL, kind=kind) for name, kind in KINDS.items()},
    **{f"/pixel/v1/{name}": Route(Does.PIXEL, kind=kind) for name, kind in KINDS.items()},
    "/v1/m": METRICS_OF_CLIENTS,
    "/sourceConfig": Route(Does.RUDDER_SOURCE),
    "/batch": POSTHOG_SERVER,
    "/i/v0/ai/batch": POSTHOG_SERVER,
    "/e": POSTHOG_BROWSER,
    "/i/v0/e": POSTHOG_BROWSER,
    "/capture": POSTHOG_BROWSER,
    "/track": POSTHOG_BROWSER,
    "/engage": POSTHOG_BROWSER,
    "/i/v1/analytics/events": Route(Does.COLLECT, Dialect.POSTHOG, patient=False, each=True),
    "/s": Route(Does.DISCARD, Dialect.POSTHOG),
    "/flags": Route(Does.POSTHOG_FLAGS, Dialect.POSTHOG),
    "/decide": Route(Does.POSTHOG_FLAGS, Dialect.POSTHOG),
}
WITH_KEY: Final = (
    ("/v1/projects/", "/settings", Does.SEGMENT_SETTINGS),
    ("/array/", "/config", Does.POSTHOG_CONFIG),
    ("/array/", "/config.js", Does.POSTHOG_SCRIPT),
)
OWN: Final = ("/v1/", "/i/v0/", "/i/v1/", "/array/", "/beacon/v1/", "/pixel/v1/")
"""Below these nothing but the collector answers."""


def route_of(path: str) -> Route | None:
    """What is done at the address; None where nothing is."""
    plain = path.rstrip("/")
    if found := ROUTES.get(plain):
        return found
    for before, after, does in WITH_KEY:
        key = plain.removeprefix(before).removesuffix(after)
        if plain == before + key + after and key and "/" not in key:
            return Route(does, key=key)
    return None


def is_collected(path: str) -> bool:
    """Is the address one of the collector's, so that no page is looked for there?"""
    return path.startswith(OWN) or path.rstrip("/") in ROUTES
