"""What audiences hold about a person: the lists they stand in, and what was written about why."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from vereda.audiences.actions.by_hand import forget_in_audiences
from vereda.audiences.queries.inclusions import inclusions_of_person
from vereda.foundation.clock import now
from vereda.foundation.personal_data import PersonalData, PersonRef, Record


class AudiencesIn(PersonalData):
    """The audiences that a person is in, or was held out of by hand."""

    title = _("Audiences")

    def export(self, person: PersonRef) -> Iterator[Record]:
        """Every list they stand in, with how and, where it was by hand, why."""
        for row in inclusions_of_person(person.workspace_id, person.person_id):
            yield Record(
                kind="audience",
                at=row.since_at,
                values={"audience": row.audience.name, "way": row.way, "reason": row.reason},
            )

    def erase(self, person: PersonRef) -> int:
        """They leave every list, and what was written about it goes."""
        return forget_in_audiences(person.person_id, workspace=person.workspace_id, now=now())
