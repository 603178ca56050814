"""What is told to the store, as it travels from the process that was told to the one that leads."""

from typing import Final

import msgspec

from vereda.events.contracts.arriving import Submission, WorkspaceKey
from vereda.events.contracts.store import Expiry


class Store(msgspec.Struct, frozen=True, tag="store"):
    """Store what a request brought."""

    submission: Submission

    @property
    def rows(self) -> int:
        """How much it weighs in a commit."""
        one = self.submission
        return len(one.events) + len(one.refusals) + len(one.replays) + 1


class TakeBack(msgspec.Struct, frozen=True, tag="take_back"):
    """Remove the events of a source."""

    workspace: WorkspaceKey
    source: str


class Erase(msgspec.Struct, frozen=True, tag="erase"):
    """Remove what people did and said."""

    workspace: WorkspaceKey
    people: list[str]
    anonymous: list[str]


class Forget(msgspec.Struct, frozen=True, tag="forget"):
    """Remove everything of a workspace."""

    workspace: WorkspaceKey


class Expire(msgspec.Struct, frozen=True, tag="expire"):
    """Remove the oldest events that are too old, `limit` at most."""

    workspace: WorkspaceKey
    expiry: Expiry
    limit: int


Removal = TakeBack | Erase | Forget | Expire
Order = Store | Removal


class Letter(msgspec.Struct, frozen=True):
    """What one process put into the inbox at once: submissions, or one removal.

    `answered` says under which id each order's answer is waited for; "" when nobody waits.
    """

    orders: list[Order]
    answered: list[str]


_DECODER: Final = msgspec.msgpack.Decoder(Letter)


def sealed(letter: Letter) -> bytes:
    """The letter as bytes."""
    return msgspec.msgpack.encode(letter)


def opened_letter(payload: bytes) -> Letter:
    """The letter again."""
    return _DECODER.decode(payload)
