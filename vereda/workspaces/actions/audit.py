"""The audit trail: one line for every change."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model

from vereda.foundation.scoping import OwnedByWorkspace
from vereda.workspaces.models import AuditLine, Member, Workspace

THING_LENGTH = 200
KEPT = timedelta(days=730)
"""So long a line says whom it is about (`Retention.TWO_YEARS`)."""

AT_ONCE = 5_000


def record(by: Member | None, verb: str, thing: Model, **details: Any) -> None:
    """One audit line: who did what to which thing; `details` are JSON values, dates and ids.

    Call it inside the action's transaction. `by` is None when a task or a product did it; then
    the thing itself says whose workspace it is.
    """
    AuditLine(
        workspace_id=workspace_of(thing),
        by=by,
        verb=verb,
        kind=thing._meta.label_lower,
        thing_id=thing.pk,
        thing=str(thing)[:THING_LENGTH],
        details={name: as_json_value(value) for name, value in details.items()},
    ).save(force_insert=True)


def workspace_of(thing: Model) -> UUID:
    """The id of the workspace that a row belongs to, or is."""
    if isinstance(thing, Workspace):
        return thing.pk
    if isinstance(thing, OwnedByWorkspace):
        return thing.workspace_id
    raise TypeError(f"{type(thing).__name__} belongs to no workspace")


def as_json_value(value: Any) -> Any:
    """The value as JSON can hold it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): as_json_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json_value(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def empty_old_lines(*, now: datetime) -> int:
    """Take the names and details out of lines older than two years; that something was done, and
    when, stays. Answers how many lines."""
    old = AuditLine.every_workspace.filter(created_at__lt=now - KEPT)
    said = old.exclude(thing="", details={})
    emptied = 0
    while some := list(said.values_list("pk", flat=True)[:AT_ONCE]):
        emptied += AuditLine.every_workspace.filter(pk__in=some).update(thing="", details={})
    return emptied
