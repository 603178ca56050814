"""Audiences for programs: which there are, who is in, one tried, questions from a file, and
surveys sent to them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from vereda.audiences.actions.surveys import (
    order_survey_sending,
    plan_survey_sending,
    stop_survey_sending,
)
from vereda.audiences.audience_files import bring_in_audiences
from vereda.audiences.contracts import About, Cause, SendingState, SendingTerms, Way
from vereda.audiences.jobs import answer_audience, send_survey_to_audience
from vereda.audiences.models import Audience, Inclusion, SurveySending
from vereda.audiences.queries.asking import asked_question, question_said, vocabulary_of
from vereda.audiences.queries.audiences import audience_with_key, live_audiences
from vereda.audiences.queries.inclusions import NEWEST, inclusion_of, inclusions_in
from vereda.audiences.queries.reasons import judged
from vereda.audiences.queries.surveys import ROLES, sendings_of_survey, survey_sending_with_id
from vereda.customers.contracts import RelationKind
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.people import person_with_key
from vereda.foundation.api import BearerRequest, PageAsked, PageOf, endpoint
from vereda.foundation.api_fields import Body, Named
from vereda.foundation.clock import now
from vereda.foundation.paging import slice_of
from vereda.surveys.contracts import RepeatUnit, Repetition, SkipReason
from vereda.surveys.queries.surveys import survey_with_key

router = Router(tags=["audiences"])


class AudienceOut(Schema):
    """An audience: its words, its question, how many are in, and when everybody was looked at."""

    key: str
    slug: str
    name: str
    description: str
    about: About
    question: dict[str, Any]
    version: int
    size: int
    answered_at: datetime | None
    problem: str


class IncludedOut(Schema):
    """An account or person that is in: since when, by the question or by hand, and then why."""

    key: str
    name: str
    since: datetime
    way: Way
    reason: str

    @staticmethod
    def resolve_key(row: Inclusion) -> str:
        """The key of the account or person."""
        return row.account.key if row.account else row.person.key if row.person else ""

    @staticmethod
    def resolve_name(row: Inclusion) -> str:
        """What the account or person is called."""
        return row.account.name if row.account else row.person.called if row.person else ""

    @staticmethod
    def resolve_since(row: Inclusion) -> datetime:
        """Since when."""
        return row.since_at


class JudgedRowOut(Schema):
    """One row of the question: its place, its words, whether it is so, and what is so."""

    row: str
    words: str
    met: bool
    value: str


class JudgementOut(Schema):
    """Does the question take them in, row by row; and are they in (by hand may differ)?"""

    key: str
    taken_in: bool
    is_in: bool
    rows: list[JudgedRowOut]


class AgainAsked(Body):
    """After how long the same people are asked again."""

    every: int = Field(ge=1, le=730)
    unit: Annotated[RepeatUnit, Field(strict=False)] = RepeatUnit.MONTHS


class SurveySendingAsked(Body):
    """To whom of an audience a survey goes: to people who stand so in its accounts (none named:
    all), to so many of a hundred, always the same ones. `keeps_on`: and to whoever enters later;
    `again`: and to the same people again, while they are in."""

    audience: Named = Field(max_length=20, description="The audience's key, as AU-3")
    roles: list[Annotated[RelationKind, Field(strict=False)]] = Field([], max_length=len(ROLES))
    share: int = Field(100, ge=1, le=100)
    keeps_on: bool = False
    again: AgainAsked | None = None

    def terms(self) -> SendingTerms:
        """The same as the action takes it."""
        again = Repetition(self.again.every, self.again.unit) if self.again else None
        return SendingTerms(roles=tuple(self.roles), share=self.share, again=again)


class AgainOut(Schema):
    """After how long the same people are asked again."""

    every: int
    unit: RepeatUnit


class SurveySendingOut(Schema):
    """A survey's way to an audience: how it is asked, how many invitations were made, when it was
    last looked at, and how many were left out then, by reason."""

    id: UUID
    audience: str
    roles: list[RelationKind]
    share: int
    keeps_on: bool
    again: AgainOut | None
    state: SendingState
    ordered_at: datetime
    looked_at: datetime | None
    asked: int
    left_out: dict[str, int]

    @staticmethod
    def resolve_audience(row: SurveySending) -> str:
        """The audience's key."""
        return row.audience.key


class SurveyPlanOut(Schema):
    """How many of an audience would be asked now, how many of those letters would wait because
    their week is full, how many would not be asked by reason, and how many nobody can ask."""

    asked: int
    held: int
    left_out: dict[SkipReason, int]
    unreached: int


class AudiencesFile(Body):
    """The text of a file of audiences, TOML or JSON."""

    text: str


class AudiencesFileOut(Schema):
    """The audiences whose question is new or another now."""

    changed: list[str]


@router.get("/audiences", response=list[AudienceOut])
@endpoint(may="audiences.see")
def list_audiences(request: BearerRequest) -> list[Audience]:
    """Every audience in use, by name."""
    return list(live_audiences(request.member.workspace))


@router.post("/audiences/file", response=AudiencesFileOut)
@endpoint(may="audiences.edit")
def put_audiences_file(request: BearerRequest, body: AudiencesFile) -> AudiencesFileOut:
    """Add or change the audiences that a file names; all of it or nothing."""
    workspace = request.member.workspace
    with transaction.atomic():
        changed = bring_in_audiences(workspace, text=body.text, by=request.member, now=now())
        for row in changed:
            answer_audience.enqueue(str(row.pk), Cause.QUESTION.value)
    return AudiencesFileOut(changed=[row.key for row in changed])


@router.get("/audiences/{key}", response=AudienceOut)
@endpoint(may="audiences.see")
def show_audience(request: BearerRequest, response: HttpResponse, key: str) -> Audience:
    """One audience; its ETag is the version of its question."""
    row = audience_with_key(request.member.workspace, key)
    response.headers["ETag"] = f'"{row.version}"'
    return row


@router.get("/audiences/{key}/members", response=PageOf[IncludedOut])
@endpoint(may="audiences.see")
def list_included(request: BearerRequest, key: str, asked: Query[PageAsked]) -> dict[str, Any]:
    """Who is in, the last to enter first."""
    workspace = request.member.workspace
    part = slice_of(
        inclusions_in(audience_with_key(workspace, key)),
        workspace=workspace,
        order=NEWEST,
        cursor=asked.cursor,
        size=asked.limit,
    )
    return {"items": part.rows, "next": part.next or None}


@router.get("/audiences/{key}/test/{thing}", response=JudgementOut)
@endpoint(may="audiences.see")
def try_on_audience(request: BearerRequest, key: str, thing: str) -> JudgementOut:
    """Would the question take this account (A-12) or person (PE-7) in, row by row?"""
    workspace = request.member.workspace
    row = audience_with_key(workspace, key)
    named = account_with_key if row.of_accounts else person_with_key
    found = named(workspace, thing)
    vocabulary = vocabulary_of(workspace, about=About(row.about))
    question = asked_question(vocabulary, question_said(row.question), now=now(), among=[found.pk])
    judgement, known = judged(question, found.pk), inclusion_of(row, thing_id=found.pk)
    return JudgementOut(
        key=found.key,
        taken_in=judgement.inside,
        is_in=known is not None and known.is_in,
        rows=[
            JudgedRowOut(
                row=".".join(map(str, each.where)),
                words=each.words,
                met=each.met,
                value=each.value,
            )
            for each in judgement.rows
        ],
    )


# --- Sending a survey to an audience ------------------------------------------------------------


@router.get("/surveys/{key}/audiences", response=list[SurveySendingOut])
@endpoint(may="surveys.see")
def list_survey_sendings(request: BearerRequest, key: str) -> list[SurveySending]:
    """The audiences that a survey goes or went to, the latest first."""
    return sendings_of_survey(survey_with_key(request.member.workspace, key))


@router.post("/surveys/{key}/audiences/plan", response=SurveyPlanOut)
@endpoint(may="surveys.send")
def try_survey_sending(request: BearerRequest, key: str, body: SurveySendingAsked) -> SurveyPlanOut:
    """How many would be asked now, and how many not and why; nothing is sent."""
    workspace = request.member.workspace
    planned = plan_survey_sending(
        survey_with_key(workspace, key),
        audience=audience_with_key(workspace, body.audience),
        terms=body.terms(),
        now=now(),
    )
    return SurveyPlanOut(
        asked=len(planned.plan.choice.asked),
        held=planned.plan.held,
        left_out=dict(planned.plan.reasons),
        unreached=planned.unreached,
    )


@router.post("/surveys/{key}/audiences", response={201: SurveySendingOut})
@endpoint(may="surveys.send")
def send_survey_by_api(
    request: BearerRequest, key: str, body: SurveySendingAsked
) -> Status[SurveySending]:
    """Send a survey to an audience; the people are found in a task, and each is asked once."""
    workspace = request.member.workspace
    with transaction.atomic():
        row = order_survey_sending(
            survey_with_key(workspace, key),
            audience=audience_with_key(workspace, body.audience),
            terms=body.terms(),
            keeps_on=body.keeps_on,
            by=request.member,
            now=now(),
        )
        send_survey_to_audience.enqueue(str(row.pk))
    return Status(201, row)


@router.post("/surveys/{key}/audiences/{sending}/stop", response=SurveySendingOut)
@endpoint(may="surveys.send")
def stop_survey_by_api(request: BearerRequest, key: str, sending: UUID) -> SurveySending:
    """Nobody more is asked; what was sent stays sent."""
    survey = survey_with_key(request.member.workspace, key)
    stop_survey_sending(survey_sending_with_id(survey, sending), by=request.member)
    return survey_sending_with_id(survey, sending)
