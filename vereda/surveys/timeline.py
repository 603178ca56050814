"""Answers to surveys on the timeline of an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.markdown import quoted
from vereda.foundation.timeline import TimelineEntry
from vereda.surveys import wording
from vereda.surveys.contracts import Part, SurveyKind
from vereda.surveys.queries.answers import answers_of_accounts
from vereda.surveys.rules.scores import SCALES

if TYPE_CHECKING:
    from vereda.surveys.models.answers import Answer
    from vereda.workspaces.models import Workspace


class AnswersTimeline:
    """What people of an account answered."""

    kinds = (("survey", gettext_lazy("Survey answers")),)

    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest `limit` answers earlier than `before`; one query."""
        rows = answers_of_accounts(workspace, account_ids, before=before, limit=limit)
        return [answer_entry(row, workspace) for row in rows]


def answer_entry(row: Answer, workspace: Workspace) -> TimelineEntry:
    """Somebody answered: the score on its scale, and their words."""
    kind = SurveyKind(row.survey.kind)
    title = _("Answered %(survey)s") % {"survey": row.survey.name}
    if row.score is not None:
        title = _("Answered %(survey)s: %(score)s") % {
            "survey": row.survey.name,
            "score": wording.score_words(row.score, kind=kind)
            if kind is SurveyKind.SMILE
            else f"{row.score} / {SCALES[kind][1]}",
        }
    return TimelineEntry(
        at=row.answered_at,
        key=f"answer-{row.pk}",
        kind="survey",
        account_id=row.account_id,
        title=title,
        markdown=quoted(row.comment),
        icon="megaphone",
        url=reverse(
            "surveys:survey", kwargs={"workspace": workspace.slug, "survey": row.survey.key}
        ),
        actor=row.person.called if row.person else "",
        major=row.part is Part.LOW,
    )
