"""What workspaces do because of a fact."""

from typing import Protocol
from uuid import UUID

from vereda.foundation import clock
from vereda.workspaces.actions.answers import erase_kept_answers


class OfWorkspace(Protocol):
    """A fact that says in which workspace it happened."""

    @property
    def workspace_id(self) -> UUID:
        """The workspace."""


def empty_kept_answers(fact: OfWorkspace) -> None:
    """Somebody was erased: what programs were answered may have named them."""
    erase_kept_answers(fact.workspace_id, now=clock.now())
