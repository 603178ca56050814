"""Makers for tests: `a_survey(acme)`, `an_answer(survey, score=9)`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from vereda.foundation.testing import MORNING
from vereda.privacy.actions.consents import give_consent
from vereda.privacy.contracts import ConsentPurpose
from vereda.surveys.actions.asking import invite_person
from vereda.surveys.actions.surveys import draft_survey, open_survey
from vereda.surveys.actions.upserts import upsert_answers
from vereda.surveys.contracts import AnswerIn, Channel, SurveyKind
from vereda.surveys.models.answers import Answer

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.surveys.actions.asking import Invited
    from vereda.surveys.models.surveys import Survey
    from vereda.workspaces.models import Member, Workspace


class Company(Protocol):
    """A workspace of the cast and the member who makes things in it."""

    @property
    def workspace(self) -> Workspace:
        """The workspace."""

    @property
    def owner(self) -> Member:
        """Its owner."""


def a_survey(
    company: Company,
    *,
    name: str = "Autumn",
    kind: SurveyKind = SurveyKind.NPS,
    live: bool = True,
    now: datetime = MORNING,
    **said: Any,
) -> Survey:
    """A survey of the company, open unless asked otherwise."""
    survey = draft_survey(company.workspace, kind=kind, name=name, by=company.owner, **said)
    return open_survey(survey, by=company.owner, now=now) if live else survey


def an_invitation(
    survey: Survey, person: Person, account: Account, *, now: datetime = MORNING, **said: Any
) -> Invited:
    """Somebody invited by a link, with the link."""
    values: dict[str, Any] = {"channel": Channel.PORTAL, "by": None, **said}
    return invite_person(survey, person=person, account=account, now=now, **values)


def an_answer(survey: Survey, *, now: datetime = MORNING, **said: Any) -> Answer:
    """An answer that a program brought; given this morning."""
    count = Answer.objects.of(survey.workspace_id).count()
    values: dict[str, Any] = {
        "external_id": f"answer-{count}",
        "answered_at": now,
        "channel": Channel.API,
        **said,
    }
    row = AnswerIn(survey_id=survey.pk, **values)
    (result,) = upsert_answers(
        survey.workspace_id, [row], by=None, now=max(now, values["answered_at"]) + timedelta(1)
    )
    assert result.object_id is not None, result.problem
    return Answer.objects.of(survey.workspace_id).get(pk=result.object_id)


def a_consenting(person: Person, *, now: datetime = MORNING) -> Person:
    """The person, who said yes to such messages."""
    give_consent(person, purpose=ConsentPurpose.MESSAGES, source="test", by=None, now=now)
    return person
