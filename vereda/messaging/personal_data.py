"""What messaging holds about people: letters to them and from them, and what they want."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from vereda.foundation.clock import now
from vereda.foundation.personal_data import PersonalData, PersonRef, Record
from vereda.messaging.actions.forgetting import forget_letters
from vereda.messaging.models.people import Preference
from vereda.messaging.queries.letters import letters_to_person
from vereda.messaging.queries.people import suppression_of
from vereda.messaging.queries.replies import replies_of_person


class LettersWith(PersonalData):
    """Every letter, what became of it, and the person's wishes."""

    title = _("Letters")

    def export(self, person: PersonRef) -> Iterator[Record]:
        """Letters to them, letters from them, then what they want."""
        for row in letters_to_person(person.person_id, workspace=person.workspace_id):
            yield Record(
                kind="letter to them",
                at=row.asked_at,
                source=row.kind,
                values={
                    "subject": row.subject,
                    "text": row.text,
                    "state": row.state,
                    "because": row.stopped_because or row.held_because,
                    "sent_to": row.sent_to,
                },
            )
        for reply in replies_of_person(person.person_id, workspace=person.workspace_id):
            yield Record(
                kind="letter from them",
                at=reply.received_at,
                source=reply.sender,
                values={"subject": reply.subject, "text": reply.text, "state": reply.state},
            )
        yield from _wishes(person)

    def erase(self, person: PersonRef) -> int:
        """That letters left stays, without a word of them."""
        return forget_letters(
            person.person_id, workspace=person.workspace_id, email=person.email, now=now()
        )


def _wishes(person: PersonRef) -> Iterator[Record]:
    rows = Preference.objects.of(person.workspace_id).filter(person=person.person_id)
    for row in rows:
        yield Record(
            kind="letters they do not want",
            at=row.changed_at,
            source=row.source,
            values={"refused": row.refused},
        )
    found = suppression_of(person.email, workspace=person.workspace_id) if person.email else None
    if found is not None:
        yield Record(
            kind="address that is not written to",
            at=found.since_at,
            values={"reason": found.reason, "words": found.words},
        )
