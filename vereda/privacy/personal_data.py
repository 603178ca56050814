"""What privacy itself holds about people: their answers and their requests."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from vereda.customers.queries.people import person_with_id
from vereda.foundation.personal_data import PersonalData, PersonRef, Record
from vereda.privacy.actions.requests import forget_proofs
from vereda.privacy.queries import consent_history, requests_of


class AnswersAndRequests(PersonalData):
    """Consents given and refused, and what the person asked for."""

    title = _("What they allowed and asked for")

    @override
    def export(self, person: PersonRef) -> Iterator[Record]:
        """Answers, then requests, the newest first."""
        row = person_with_id(person.workspace_id, person.person_id)
        for consent in consent_history(row):
            yield Record(
                kind="consent" if consent.given_at else "refusal",
                at=consent.given_at or consent.refused_at,
                source=consent.source,
                values={
                    "purpose": consent.purpose,
                    "wording": consent.wording,
                    "proof": consent.proof,
                    "replaced_at": consent.replaced_at.isoformat() if consent.replaced_at else "",
                },
            )
        for request in requests_of(row):
            yield Record(
                kind="request",
                at=request.received_at,
                values={"kind": request.kind, "note": request.note, "due": str(request.due_on)},
            )

    @override
    def erase(self, person: PersonRef) -> int:
        """The answers stay, so that a no is obeyed for ever; what proves them goes."""
        return forget_proofs(person)
