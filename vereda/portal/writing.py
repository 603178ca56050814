"""The tasks that write to people, in their working hours, with what holds at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.people import person_with_id
from vereda.foundation import clock
from vereda.foundation.errors import Missing
from vereda.foundation.tasks import task
from vereda.portal.actions.telling import remind_person, write_about_asked

if TYPE_CHECKING:
    from vereda.customers.models.people import Person


@task()
def write_asked(workspace_id: str, person_id: str) -> bool:
    """Tell somebody what they were asked for; whether there was anything to tell."""
    person = _reader(workspace_id, person_id)
    return person is not None and write_about_asked(person, now=clock.now()) is not None


@task()
def write_digest(workspace_id: str, person_id: str) -> bool:
    """Remind somebody, if it is still time; whether a letter was ordered."""
    person = _reader(workspace_id, person_id)
    return person is not None and remind_person(person, now=clock.now()) is not None


def _reader(workspace_id: str, person_id: str) -> Person | None:
    try:
        return person_with_id(UUID(workspace_id), UUID(person_id))
    except Missing:
        return None
