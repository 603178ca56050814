"""What surveys hold about a person: what they were asked, and what they answered."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from vereda.foundation.personal_data import PersonalData, PersonRef, Record
from vereda.surveys.actions.answering import forget_respondent
from vereda.surveys.queries.answers import answers_given_by
from vereda.surveys.queries.asking import invitations_of_person


class SurveysAnswered(PersonalData):
    """A person's answers, and the surveys they were sent."""

    title = _("Surveys")

    def export(self, person: PersonRef) -> Iterator[Record]:
        """Every answer with what it was before it was changed, then every invitation."""
        for row in answers_given_by(person.person_id, workspace=person.workspace_id):
            yield Record(
                kind="survey answer",
                at=row.answered_at,
                source=row.source or row.channel,
                values={
                    "survey": row.survey.name,
                    "score": row.score,
                    "comment": row.comment,
                    "chosen": sorted(choice.code for choice in row.choices.all()),
                    "about": row.feature.name if row.feature else row.moment,
                    "language": row.language,
                    "before": [
                        {
                            "score": earlier.score,
                            "comment": earlier.comment,
                            "replaced_at": earlier.replaced_at.isoformat(),
                        }
                        for earlier in row.earlier.all()
                    ],
                },
            )
        for invited in invitations_of_person(person.person_id, workspace=person.workspace_id):
            yield Record(
                kind="survey invitation",
                at=invited.asked_at,
                source=invited.channel,
                values={
                    "survey": invited.survey.name,
                    "sent": invited.sent_at.isoformat() if invited.sent_at else "",
                    "reminded": invited.reminded_at.isoformat() if invited.reminded_at else "",
                },
            )

    def erase(self, person: PersonRef) -> int:
        """The score stays with the account, without who gave it and in what words."""
        return forget_respondent(person.person_id, workspace=person.workspace_id)
