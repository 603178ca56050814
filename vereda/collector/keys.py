"""Whose a write key is, who must not be tracked, who is proven: remembered for a moment.

A request must not cost a query. A revoked key works up to `KEY_MEMORY` seconds longer,
a consent withdrawn counts after `REVISION_MEMORY`: so often is privacy asked for the
number that grows with every answer, and only when it has grown for the answers.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar
from uuid import UUID

from vereda.collector.rules.consents import Consents
from vereda.events.contracts.arriving import Subject
from vereda.workspaces.contracts import KeyHolder

KEY_MEMORY: Final = 5.0
REVISION_MEMORY: Final = 1.0
CONSENT_MEMORY: Final = 30.0
LONGEST_KEY: Final = 200
MOST_REMEMBERED: Final = 10_000
MOST_PROVEN: Final = 500_000
FOR_GOOD: Final = float("inf")

Name = TypeVar("Name")
Value = TypeVar("Value")


class Remembered(Generic[Name, Value]):
    """Answers of a slow question, each believed for some seconds; bounded."""

    def __init__(self, ask: Callable[[Name], Value], *, seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._answers: dict[Name, tuple[float, Value]] = {}
        self._lock = threading.Lock()

    def __call__(self, name: Name) -> Value:
        answer = self._answers.get(name)
        now = time.monotonic()
        if answer is not None and answer[0] > now:
            return answer[1]
        value = self._ask(name)
        with self._lock:
            if len(self._answers) >= MOST_REMEMBERED:
                self._answers.clear()
            self._answers[name] = (now + self._seconds, value)
        return value

    def forget(self) -> None:
        """Ask anew from now on."""
        with self._lock:
            self._answers.clear()


HolderOf = Callable[[str], KeyHolder | None]
"""Whose a write key is; None for a key that is unknown, revoked, run out or asleep."""

ConsentsOf = Callable[[UUID], Consents]
"""Of whom a workspace's events may be stored."""


class Proven:
    """Which people and accounts the workspace's own systems have told about.

    Once proven stays proven, so that is remembered for good; that somebody is not proven is
    believed as long as a key is.
    """

    def __init__(
        self,
        *,
        ask: Callable[[UUID, frozenset[Subject]], Iterable[Subject]],
        tell: Callable[[UUID, frozenset[Subject]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._tell = tell
        self._clock = clock
        self._known: dict[tuple[UUID, Subject], float] = {}
        self._lock = threading.Lock()

    def among(self, workspace_id: UUID, subjects: Iterable[Subject]) -> frozenset[Subject]:
        """Those of them that are proven."""
        now, proven, doubtful = self._clock(), set(), set()
        for subject in subjects:
            known_until = self._known.get((workspace_id, subject), 0.0)
            if known_until == FOR_GOOD:
                proven.add(subject)
            elif known_until <= now:
                doubtful.add(subject)
        if doubtful:
            found = set(self._ask(workspace_id, frozenset(doubtful)))
            proven |= found
            self._remember(workspace_id, found, FOR_GOOD)
            self._remember(workspace_id, doubtful - found, now + KEY_MEMORY)
        return frozenset(proven)

    def new_among(self, workspace_id: UUID, subjects: Iterable[Subject]) -> frozenset[Subject]:
        """Those of them that are not remembered as proven yet."""
        return frozenset(
            subject
            for subject in subjects
            if self._known.get((workspace_id, subject), 0.0) != FOR_GOOD
        )

    def add(self, workspace_id: UUID, subjects: Iterable[Subject]) -> None:
        """They are proven from now on; returns when that is written down."""
        new = self.new_among(workspace_id, subjects)
        if new:
            self._tell(workspace_id, new)
            self._remember(workspace_id, new, FOR_GOOD)

    def forget(self) -> None:
        """Ask anew from now on."""
        with self._lock:
            self._known.clear()

    def _remember(self, workspace_id: UUID, subjects: Iterable[Subject], until: float) -> None:
        with self._lock:
            if len(self._known) >= MOST_PROVEN:
                self._known.clear()
            self._known.update({(workspace_id, subject): until for subject in subjects})
