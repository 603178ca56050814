"""What is handed in to an engine that stores it while its caller waits."""

from collections.abc import Callable

from vereda.events.contracts.arriving import Receipt


class Stored:
    """A submission that is durable already."""

    def __init__(self, receipt: Receipt) -> None:
        self._receipt = receipt

    def then(self, call: Callable[[], None]) -> None:
        """It is: call at once."""
        call()

    def receipt(self) -> Receipt:
        """Its receipt."""
        return self._receipt
