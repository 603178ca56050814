"""Repairing an item of the quarantine and reading it again."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import msgspec

from vereda.events.contracts.answers import QuarantinedItem
from vereda.events.contracts.arriving import NewEvent, Reason, Refusal


class TreatAs(StrEnum):
    """What a property becomes."""

    AS_IT_IS = ""
    TEXT = "text"
    NUMBER = "number"
    TRUE_OR_FALSE = "true_or_false"
    LEFT_OUT = "left_out"


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """What is changed in an item before it is read again; "" leaves a part as it is.

    `without_user_id` leaves out who it was, so that the anonymous id counts. `property_name`
    is a property, a trait or a path through them ("order.total"). `allow` reads the item as
    if a secret key had sent it: a member vouches for it.
    """

    type: str = ""
    event: str = ""
    user_id: str = ""
    anonymous_id: str = ""
    group_id: str = ""
    previous_id: str = ""
    without_user_id: bool = False
    property_name: str = ""
    treat_as: TreatAs = TreatAs.AS_IT_IS
    allow: bool = False

    def __bool__(self) -> bool:
        return self != UNCHANGED


UNCHANGED = Repair()


class ToRead(msgspec.Struct, frozen=True, kw_only=True):
    """An item with the text that a repair made of it."""

    item: QuarantinedItem
    text: str
    allow: bool


class ReadAgain(msgspec.Struct, frozen=True, kw_only=True):
    """What a repaired item is: an event, with notes about it, or refused again for a reason.

    `suppressed`: there is an event, and the person it is of must not be tracked.
    """

    event: NewEvent | None = None
    notes: list[Refusal] = []
    refused: Reason | None = None
    found: str = ""
    suppressed: bool = False


class Reader(Protocol):
    """Reads items again by the rules of the door they came through; the wiring names it."""

    def __call__(self, workspace_id: UUID, items: Sequence[ToRead]) -> list[ReadAgain]: ...
