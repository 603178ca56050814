"""What onboarding holds about a person: their part in plans, what they gave and said."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from vereda.foundation.personal_data import PersonalData, PersonRef, Record
from vereda.onboarding.actions.forgetting import forget_plan_person
from vereda.onboarding.queries.records import entries_by, feedback_by, plan_parts_of


class PlansTakenPartIn(PersonalData):
    """A person's part in onboarding plans."""

    title = _("Onboarding")

    def export(self, person: PersonRef) -> Iterator[Record]:
        """Their parts, then everything they gave or said, the newest first."""
        for part in plan_parts_of(person.person_id, workspace=person.workspace_id):
            yield Record(
                kind="plan",
                account_id=part.plan.account_id,
                at=part.created_at,
                values={"plan": part.plan.key, "part": part.part, "purpose": part.purpose},
            )
        for row in entries_by(person.person_id, workspace=person.workspace_id):
            yield Record(
                kind="said in a plan",
                account_id=row.plan.account_id,
                at=row.at,
                values={
                    "kind": row.kind,
                    "plan": row.plan.key,
                    "item": row.item.key if row.item else "",
                    "value": row.value,
                    "choice": row.choice,
                    "words": row.words,
                    "because": row.because,
                    "score": row.score,
                    "file": row.file.name if row.file else "",
                },
            )
        for said in feedback_by(person.person_id, workspace=person.workspace_id):
            yield Record(
                kind="feedback",
                account_id=said.tool.plan.account_id,
                at=said.created_at,
                values={"plan": said.tool.plan.key, "words": said.words},
            )

    def erase(self, person: PersonRef) -> int:
        """What happened stays with the plan, without the person and their words."""
        return forget_plan_person(person.person_id, workspace=person.workspace_id)
