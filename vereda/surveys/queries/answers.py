"""Asking about what came back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.paging import Order
from vereda.foundation.scoping import found
from vereda.surveys.models.answers import Answer, AnswerRows

if TYPE_CHECKING:
    from vereda.surveys.models.asking import SurveyInvitation
    from vereda.surveys.models.surveys import Survey
    from vereda.workspaces.models import Workspace

NEWEST = Order.on("newest", "answered_at", descending=True)


TOLD = (
    "account",
    "answered_at",
    "score",
    "comment",
    "survey__number",
    "survey__name",
    "survey__kind",
    "person__number",
    "person__name",
    "person__email",
)
"""What a timeline says of an answer."""


def all_answers(workspace: Workspace | UUID) -> AnswerRows:
    """Every answer of the workspace, unordered, with whose and about what it is."""
    return Answer.objects.of(workspace).select_related("survey", "account", "person", "feature")


def answers_to(survey: Survey) -> AnswerRows:
    """Every answer to the survey."""
    return all_answers(survey.workspace_id).filter(survey=survey)


def answer_to(invitation: SurveyInvitation) -> Answer | None:
    """The answer that came by this invitation."""
    rows = Answer.objects.of(invitation.workspace_id).filter(invitation=invitation)
    return rows.select_related("survey").prefetch_related("choices").first()


def answer_with_id(workspace: Workspace | UUID, answer_id: UUID) -> Answer:
    """That answer, or `Missing`."""
    return found(all_answers(workspace).filter(pk=answer_id))


def answers_in_accounts(workspace: Workspace | UUID, account_ids: Collection[UUID]) -> AnswerRows:
    """Every answer of these accounts, unordered."""
    return all_answers(workspace).filter(in_accounts(account_ids))


def answers_of_accounts(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, before: datetime, limit: int
) -> list[Answer]:
    """The newest answers of these accounts before then."""
    rows = answers_in_accounts(workspace, account_ids).filter(answered_at__lt=before)
    told = rows.select_related(None).select_related("survey", "person")
    return list(told.only(*TOLD).newest()[:limit])


def answers_given_by(person_id: UUID, *, workspace: Workspace | UUID) -> AnswerRows:
    """What a person answered, the newest first."""
    rows = all_answers(workspace).filter(person=person_id)
    return rows.prefetch_related("earlier", "choices").newest()


def keys_of_answers(workspace: Workspace | UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """What programs call each of these answers: its id."""
    rows = Answer.objects.of(workspace).filter(pk__in=ids)
    return {pk: str(pk) for pk in rows.values_list("pk", flat=True)}
