"""An answer that exists when the disk has what it speaks of; until then no thread has to wait."""

from collections.abc import Callable, Iterator
from typing import Final

from vereda.events.contracts.store import HandedIn

PATIENCE: Final = 25.0
"""Seconds after which a sender is told to try again."""


class Later:
    """A WSGI body that waits for its receipt, or calls whoever asks `then` when that is there.

    `start_response` is called when the first piece is asked for. `at_once`: once the receipt is
    there the answer costs nothing; else it asks the rows' database and needs a thread.
    """

    patience = PATIENCE

    def __init__(
        self, handed_in: HandedIn, answer: Callable[[], list[bytes]], *, at_once: bool
    ) -> None:
        self._handed_in = handed_in
        self._answer = answer
        self.at_once = at_once

    def then(self, call: Callable[[], None]) -> None:
        """Call when the answer can be had without waiting; perhaps at once, perhaps twice."""
        self._handed_in.then(call)

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer()
