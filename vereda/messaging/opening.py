"""The task that reads a letter that came in, away from the mail server that handed it over."""

from __future__ import annotations

from uuid import UUID

from vereda.foundation import clock
from vereda.foundation.tasks import task
from vereda.messaging.actions.reading import read_inbound


@task()
def open_inbound(workspace_id: str, letter_id: str) -> str:
    """Read the letter; answers its state."""
    return read_inbound(UUID(workspace_id), UUID(letter_id), now=clock.now())
