"""How much one write key, one address and one workspace may bring."""

import threading
import time
from collections.abc import Callable, Set
from ipaddress import IPv6Network
from typing import Final
from uuid import UUID

EVENTS_PER_SECOND: Final = 50_000.0
BURST_SECONDS: Final = 4.0
REQUESTS_PER_SECOND: Final = 5_000.0
STRANGER_COSTS: Final = 100
"""As many requests as one with an unknown key counts for."""

MOST_BUCKETS: Final = 50_000
MOST_NAMES: Final = 10_000
OVERFLOW: Final = "_overflow"


class Buckets:
    """A token bucket per name: a flood is told when to come back, not stored slowly."""

    def __init__(
        self,
        *,
        per_second: float = EVENTS_PER_SECOND,
        burst_seconds: float = BURST_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_second
        self._most = per_second * burst_seconds
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait_for(self, name: str, *, events: int, per_second: float | None = None) -> float:
        """Seconds until this many may come; 0.0 takes them now.

        A name may have a rate of its own, which is never above that of all.
        """
        share = min(1.0, per_second / self._per_second) if per_second else 1.0
        most = self._most * share
        with self._lock:
            left, now = self._left_in(name, share)
            wanted = min(float(events), most)
            if left >= wanted:
                self._buckets[name] = (left - wanted, now)
                return 0.0
            self._buckets[name] = (left, now)
            return (wanted - left) / (self._per_second * share)

    def give_back(self, name: str, *, events: int) -> None:
        """These were not taken after all: another limit stood against them."""
        with self._lock:
            if name in self._buckets:
                left, since = self._buckets[name]
                self._buckets[name] = (min(left + events, self._most), since)

    def charge(self, name: str, *, events: int) -> None:
        """Take this many whether they are there or not: what follows waits the longer."""
        with self._lock:
            left, now = self._left_in(name)
            self._buckets[name] = (max(left - events, -self._most), now)

    def _left_in(self, name: str, share: float = 1.0) -> tuple[float, float]:
        now = self._clock()
        if name not in self._buckets and len(self._buckets) >= MOST_BUCKETS:
            self._forget_full_ones(now)
        most = self._most * share
        left, since = self._buckets.get(name, (most, now))
        return min(most, left + (now - since) * self._per_second * share), now

    def _forget_full_ones(self, now: float) -> None:
        """A bucket that has filled up again is as good as a new one; else all begin anew."""
        self._buckets = {
            name: (left, since)
            for name, (left, since) in self._buckets.items()
            if left + (now - since) * self._per_second < self._most
        }
        if len(self._buckets) >= MOST_BUCKETS:
            self._buckets.clear()


def requests_by_address() -> Buckets:
    """The buckets that count requests, whatever is in them, by where they come from."""
    return Buckets(per_second=REQUESTS_PER_SECOND)


def place_of(address: str) -> str:
    """What one sender can call its own: an IPv4 address, or the 64 bits of an IPv6 network."""
    if ":" not in address:
        return address
    try:
        return str(IPv6Network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address


class PropertyNames:
    """The property names each workspace uses, up to a limit.

    Beyond it a name is most likely made of data (`clicked_48213`). Its value is kept
    under `_overflow`, so that lists of names stay short enough for a person to read.
    """

    def __init__(self, *, most: int = MOST_NAMES) -> None:
        self._most = most
        self._names: dict[UUID, set[str]] = {}

    def known_to(self, workspace_id: UUID) -> Set[str]:
        """The names that the workspace uses; it grows as more are folded."""
        return self._names.setdefault(workspace_id, set())

    def folder(self, workspace_id: UUID) -> Callable[[dict[str, object]], bool]:
        """What moves the names that are too many aside; True when there were any."""
        known = self._names.setdefault(workspace_id, set())

        def fold(properties: dict[str, object]) -> bool:
            if properties.keys() <= known:
                return False
            beyond = {}
            for name in [name for name in properties if name not in known]:
                if len(known) < self._most:
                    known.add(name)
                elif name != OVERFLOW:
                    beyond[name] = properties.pop(name)
            if beyond:
                properties[OVERFLOW] = beyond
            return bool(beyond)

        return fold
