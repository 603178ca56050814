"""What the portal holds about people: when a browser came in as them."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from vereda.foundation.personal_data import PersonalData, PersonRef, Record
from vereda.portal.actions.forgetting import forget_visitor
from vereda.portal.queries.visits import visits_of_person


class VisitsToPortal(PersonalData):
    """A person's visits to their page."""

    title = _("Visits to the portal")

    def export(self, person: PersonRef) -> Iterator[Record]:
        """When each browser came in and was last seen, the newest first."""
        for visit in visits_of_person(person.person_id, workspace=person.workspace_id):
            yield Record(
                kind="visit to the portal",
                at=visit.created_at,
                values={
                    "last_seen": visit.seen_at.isoformat(),
                    "ended": visit.ended_at.isoformat() if visit.ended_at else "",
                },
            )

    def erase(self, person: PersonRef) -> int:
        """Their visits and links go; nobody is in as them any more."""
        return forget_visitor(person.person_id, workspace=person.workspace_id)
