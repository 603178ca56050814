"""What outcomes hold about a person: what they named, measured, confirmed, and were told."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from vereda.foundation.personal_data import PersonalData, PersonRef, Record
from vereda.outcomes.actions.forgetting import forget_speaker
from vereda.outcomes.queries.people import (
    benefits_named_by,
    expectations_told_to,
    measurements_by,
    verdicts_by,
)


class BenefitsSpokenOf(PersonalData):
    """A person's words about the benefits their company was promised."""

    title = _("Promised benefits")

    def export(self, person: PersonRef) -> Iterator[Record]:
        """What they named, measured, said of it, and were told to expect."""
        whose = (person.workspace_id, person.person_id)
        for outcome in benefits_named_by(*whose):
            yield Record(
                kind="promised benefit",
                account_id=outcome.account_id,
                at=outcome.recorded_at,
                values={"key": outcome.key, "benefit": outcome.benefit, "why": outcome.why},
            )
        for measured in measurements_by(*whose):
            yield Record(
                kind="measurement of a benefit",
                account_id=measured.outcome.account_id,
                at=measured.at,
                values={
                    "benefit": measured.outcome.key,
                    "value": str(measured.value),
                    "on": measured.on.isoformat(),
                    "words": measured.words,
                },
            )
        for said in verdicts_by(*whose):
            yield Record(
                kind="word about a benefit",
                account_id=said.outcome.account_id,
                at=said.at,
                values={
                    "benefit": said.outcome.key,
                    "said": said.kind,
                    "reason": said.reason,
                    "words": said.words,
                },
            )
        for told in expectations_told_to(*whose):
            yield Record(
                kind="expectation",
                account_id=told.account_id,
                values={"on": told.set_on.isoformat(), "step": told.step, "words": told.words},
            )

    def erase(self, person: PersonRef) -> int:
        """Their name and words go; values stay, as said by somebody of the customer."""
        return forget_speaker(person.workspace_id, person_id=person.person_id)
