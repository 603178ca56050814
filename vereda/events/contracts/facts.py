"""What events announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsStored:
    """Events of a workspace were stored and folded, up to and with `through`."""

    workspace_id: UUID
    through: int
