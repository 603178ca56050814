"""Asking about surveys and their wordings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.ids import number_in
from vereda.foundation.scoping import found
from vereda.surveys.contracts import ChoiceIn, EditionIn, QuestionIn, QuestionKind, SurveyState
from vereda.surveys.models.surveys import Edition, Question, Survey, SurveyRows
from vereda.surveys.rules.branching import Asked

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def survey_with_key(workspace: Workspace | UUID, key: str) -> Survey:
    """The survey a person means by SV-3, or `Missing`."""
    return found(all_surveys(workspace).filter(number=number_in(key, "SV")))


def all_surveys(workspace: Workspace | UUID) -> SurveyRows:
    """Every survey of the workspace, the one drafted last first, with its feature."""
    return Survey.objects.of(workspace).select_related("feature").newest()


def surveys_named(workspace: Workspace | UUID) -> dict[str, UUID]:
    """The ids of all surveys by key and, where one alone bears it, by name; in lower case."""
    rows = list(Survey.objects.of(workspace).values_list("pk", "number", "name"))
    named = Counter(name.casefold() for _pk, _number, name in rows)
    known = {name.casefold(): pk for pk, _number, name in rows if named[name.casefold()] == 1}
    return {**known, **{f"sv-{number}": pk for pk, number, _name in rows}}


def surveys_begun(workspace: Workspace | UUID) -> SurveyRows:
    """Those that were opened, live or ended."""
    return all_surveys(workspace).exclude(state=SurveyState.DRAFT)


def edition_now(survey: Survey) -> Edition:
    """The wording that whoever is asked next reads."""
    return found(
        Edition.objects.of(survey.workspace_id).filter(survey=survey, number=survey.edition)
    )


def questions_of(edition: Edition) -> list[Question]:
    """The questions in their order."""
    rows = Question.objects.of(edition.workspace_id).filter(edition=edition)
    return list(rows.order_by("place"))


def wording_of(edition: Edition) -> EditionIn:
    """The wording as it was written."""
    return EditionIn(
        subject=edition.subject,
        letter=edition.letter,
        thanks=edition.thanks,
        questions=tuple(question_worded(row) for row in questions_of(edition)),
    )


def question_worded(row: Question) -> QuestionIn:
    """A stored question as it was written."""
    return QuestionIn(
        kind=QuestionKind(row.kind),
        texts=row.texts,
        choices=tuple(ChoiceIn(code=one["code"], texts=one["texts"]) for one in row.choices),
        after=row.after,
        after_answers=tuple(row.after_answers),
    )


def branches_of(questions: list[Question]) -> list[Asked]:
    """Stored questions as far as branching goes."""
    return [
        Asked(
            place=row.place,
            kind=QuestionKind(row.kind),
            codes=frozenset(one["code"] for one in row.choices),
            after=row.after,
            answers=frozenset(row.after_answers),
        )
        for row in questions
    ]
