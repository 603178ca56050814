"""Whose a write key is, and who must not be tracked: remembered for a moment.

A request must not cost a query. A revoked key works up to `KEY_MEMORY` seconds longer,
a consent withdrawn counts after `REVISION_MEMORY`: so often is privacy asked for the
number that grows with every answer, and only when it has grown for the answers.
"""

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar
from uuid import UUID

from vereda.collector.rules.consents import Consents

KEY_MEMORY: Final = 5.0
REVISION_MEMORY: Final = 1.0
CONSENT_MEMORY: Final = 30.0
LONGEST_KEY: Final = 200
MOST_REMEMBERED: Final = 10_000

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


WorkspaceOf = Callable[[str], UUID | None]
"""The workspace a write key belongs to; None for a key that is unknown, revoked or asleep."""

ConsentsOf = Callable[[UUID], Consents]
"""Of whom a workspace's events may be stored."""
