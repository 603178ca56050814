"""Audiences for programs: which there are, who is in, one tried, and questions from a file."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from ninja import Query, Router, Schema

from vereda.audiences.audience_files import bring_in_audiences
from vereda.audiences.contracts import About, Cause, Way
from vereda.audiences.jobs import answer_audience
from vereda.audiences.models import Audience, Inclusion
from vereda.audiences.queries.asking import asked_question, question_said, vocabulary_of
from vereda.audiences.queries.audiences import audience_with_key, live_audiences
from vereda.audiences.queries.inclusions import NEWEST, inclusion_of, inclusions_in
from vereda.audiences.queries.reasons import judged
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.people import person_with_key
from vereda.foundation.api import BearerRequest, PageAsked, PageOf, endpoint
from vereda.foundation.api_fields import Body
from vereda.foundation.clock import now
from vereda.foundation.paging import slice_of

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
