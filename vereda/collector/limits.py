"""How much one write key, and one workspace, may bring."""

import threading
import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

EVENTS_PER_SECOND: Final = 50_000.0
BURST_SECONDS: Final = 4.0
MOST_NAMES: Final = 10_000
OVERFLOW: Final = "_overflow"


class Buckets:
    """A token bucket per write key: a flood is told when to come back, not stored slowly."""

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

    def wait_for(self, key: str, *, events: int) -> float:
        """Seconds until this many may come; 0.0 takes them now."""
        with self._lock:
            now = self._clock()
            left, since = self._buckets.get(key, (self._most, now))
            left = min(self._most, left + (now - since) * self._per_second)
            wanted = min(float(events), self._most)
            if left >= wanted:
                self._buckets[key] = (left - wanted, now)
                return 0.0
            self._buckets[key] = (left, now)
            return (wanted - left) / self._per_second


class PropertyNames:
    """The property names each workspace uses, up to a limit.

    Beyond it a name is most likely made of data (`clicked_48213`). Its value is kept
    under `_overflow`, so that lists of names stay short enough for a person to read.
    """

    def __init__(self, *, most: int = MOST_NAMES) -> None:
        self._most = most
        self._names: dict[UUID, set[str]] = {}

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
