"""The words of the console."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from vereda.foundation.errors import Conflict, Refused


class BulkField(StrEnum):
    """What can be changed in many accounts at once; all of it can be undone."""

    OWNER = "owner"
    STAGE = "stage"
    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"
    NEXT_STEP = "next_step"


class Side(StrEnum):
    """Where a view goes among its neighbours."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkEditFinished:
    """Many accounts were changed at once, or changed back."""

    workspace_id: UUID
    bulk_edit_id: UUID


class CellChanged(Conflict):
    """Somebody else changed the cell since it was opened."""


class NothingChosen(Refused):
    """An edit of many needs some."""


class CannotUndoBulk(Refused):
    """The edit was undone already, or is not finished."""


class WrongValueInBulk(Refused):
    """The value does not fit."""
