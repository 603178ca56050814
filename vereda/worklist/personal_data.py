"""What the worklist holds about a person: the tasks that are about them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from vereda.foundation.personal_data import PersonalData, PersonRef, Record
from vereda.worklist.actions.tasks import forget_whom_tasks_name
from vereda.worklist.queries.tasks import tasks_about


class TasksAbout(PersonalData):
    """Tasks that name a person."""

    title = _("Tasks about them")

    def export(self, person: PersonRef) -> Iterator[Record]:
        """Every task about them, the newest first."""
        for row in tasks_about(person.person_id, workspace=person.workspace_id):
            yield Record(
                kind="task",
                account_id=row.account_id,
                at=row.added_at,
                values={
                    "key": row.key,
                    "title": row.title,
                    "note": row.note,
                    "state": row.state,
                    "due_on": row.due_on.isoformat() if row.due_on else None,
                },
            )

    def erase(self, person: PersonRef) -> int:
        """That something was to do stays, without the person and without its words."""
        return forget_whom_tasks_name(person.person_id, workspace=person.workspace_id, by=None)
