"""Makers for tests: events, submissions, refusals."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from vereda.events.contracts.arriving import (
    Kind,
    NewEvent,
    Reason,
    Refusal,
    Submission,
    WorkspaceKey,
)
from vereda.foundation.testing import MORNING

ACME = WorkspaceKey(UUID(int=1).hex)
GLOBEX = WorkspaceKey(UUID(int=2).hex)

_numbers = count()


def an_event(name: str = "Report exported", **said: Any) -> NewEvent:
    """A track event of person u1, an hour ago, unless it is said otherwise."""
    values: dict[str, Any] = {
        "message_id": f"message-{next(_numbers)}",
        "kind": Kind.TRACK,
        "occurred_at": MORNING - timedelta(hours=1),
        "received_at": MORNING,
        "person_key": "" if "anonymous_id" in said else "u1",
    }
    return NewEvent(name=name, **{**values, **said})


def a_refusal(reason: Reason = Reason.NO_ID, **said: Any) -> Refusal:
    """An item that named nobody."""
    return Refusal(**{"received_at": MORNING, "index": 0, "reason": reason, **said})


def a_submission(
    *events: NewEvent, workspace: WorkspaceKey = ACME, at: datetime = MORNING, **said: Any
) -> Submission:
    """One request of acme with these events."""
    return Submission(workspace=workspace, received_at=at, events=list(events), **said)
