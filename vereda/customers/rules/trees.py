"""What may stand below what in a tree of accounts."""

from collections.abc import Mapping
from uuid import UUID

DEPTH_LIMIT = 12


def above(start: UUID, *, parents: Mapping[UUID, UUID | None]) -> list[UUID]:
    """Everything above `start`, the nearest first; stops where a circle would close."""
    path: list[UUID] = []
    step = parents.get(start)
    while step is not None and step not in path and step != start:
        path.append(step)
        step = parents.get(step)
    return path


def closes_a_circle(child: UUID, *, parent: UUID, parents: Mapping[UUID, UUID | None]) -> bool:
    """Whether putting `child` below `parent` would put it below itself."""
    return child == parent or child in above(parent, parents=parents)
