"""What events announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsStored:
    """Events of a workspace were stored and folded, up to and with `through`."""

    workspace_id: UUID
    through: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityChanged:
    """Figures of these accounts that come from events (last active, people, weeks) are others.

    Announced in parts of at most a few thousand accounts. Figures change with the days too.
    """

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsMeasured:
    """Metrics say something else about these accounts and people than before.

    Announced in the transaction that wrote the values, in parts of at most a few thousand ids.
    `everything`: a metric was put away, removed or made one about others, so all who had a value
    of it lost it; no ids are named then.
    """

    workspace_id: UUID
    account_ids: tuple[UUID, ...] = ()
    person_ids: tuple[UUID, ...] = ()
    everything: bool = False
