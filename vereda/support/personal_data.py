"""What support holds about a person: the tickets they opened."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from vereda.foundation.personal_data import PersonalData, PersonRef, Record
from vereda.support.actions.tickets import forget_asker
from vereda.support.queries.history import moves_of_tickets
from vereda.support.queries.tickets import tickets_asked_by


class TicketsAsked(PersonalData):
    """A person's tickets."""

    title = _("Tickets")

    def export(self, person: PersonRef) -> Iterator[Record]:
        """Every ticket they opened, the newest first."""
        rows = list(tickets_asked_by(person.person_id, workspace=person.workspace_id))
        told = moves_of_tickets(person.workspace_id, [row.pk for row in rows])
        for row in rows:
            yield Record(
                kind="ticket",
                account_id=row.account_id,
                at=row.opened_at,
                values={
                    "key": row.key,
                    "subject": row.subject,
                    "priority": row.priority,
                    "state": row.state,
                    "satisfaction": row.satisfaction,
                    "reasons": [move.reason for move in told.get(row.pk, []) if move.reason],
                },
            )

    def erase(self, person: PersonRef) -> int:
        """The tickets stay with the account, without the person and their words."""
        return forget_asker(person.person_id, workspace=person.workspace_id, by=None)
