"""Answers and links for programs."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from vereda.customers.queries.accounts import account_with_key, accounts_by_key
from vereda.customers.queries.people import people_by_external_id, person_with_key
from vereda.foundation.api import BearerRequest, PageAsked, PageOf, endpoint
from vereda.foundation.api_fields import MOST_ROWS, Body, Instant, Named, Text
from vereda.foundation.api_rows import RowsOut, numbers_in, rows_shown
from vereda.foundation.clock import now
from vereda.foundation.paging import Order, slice_of
from vereda.product.queries import feature_with_slug, features_in
from vereda.surveys.actions.asking import invite_person
from vereda.surveys.actions.upserts import upsert_answers
from vereda.surveys.contracts import AnswerIn, Channel, SurveyKind, SurveyState
from vereda.surveys.models.answers import Answer
from vereda.surveys.models.surveys import Survey
from vereda.surveys.queries.answers import NEWEST, all_answers, answers_to, keys_of_answers
from vereda.surveys.queries.surveys import all_surveys, survey_with_key, surveys_named
from vereda.workspaces.actions.turns import hold_upserts

router = Router(tags=["surveys"])
NOBODY = UUID(int=0)
"""An id that nothing has: a row that names somebody unknown is refused for it."""

BY_NUMBER = Order.on("number", "number")
Score = Annotated[int, Field(ge=0, le=10)]


class AnswerRow(Body):
    """One answer, known by its id in your system; sent again it changes that answer.

    `person` is an external id, `feature` a short name, `account` a key; a poll names nobody.
    """

    external_id: Named = Field(max_length=200)
    survey: Named = Field(max_length=120, description="The survey's key, as SV-3, or its name")
    account: Text | None = Field(None, max_length=20)
    person: Text | None = Field(None, max_length=200)
    feature: Text | None = Field(None, max_length=60)
    moment: Text = Field("", max_length=100)
    score: Score | None = None
    comment: Text = Field("", max_length=20_000)
    source: Text = Field("", max_length=100, description="Where they were asked")
    language: Text = Field("", max_length=35)
    answered_at: Instant | None = None


class AnswerRows(Body):
    """Up to 500 answers."""

    rows: list[AnswerRow] = Field(min_length=1, max_length=MOST_ROWS)


class LinkAsked(Body):
    """Whom the link is for, and what occasions it."""

    account: Named = Field(max_length=20, description="The account's key, as A-12")
    person: Named = Field(max_length=20, description="The person's key, as PE-7")
    feature: Text = Field("", max_length=60, description="The feature's short name")
    moment: Text = Field("", max_length=100)


class LinkOut(Schema):
    """A link that lets this person answer once, without signing in; until then it stays the same.

    Whoever has it answers as this person: hand it to nobody else.
    """

    url: str
    expires_at: datetime


class AnswersAskedFor(PageAsked):
    """Those to one survey or to all, of one account or of all."""

    survey: Text = Field("", max_length=20)
    account: Text = Field("", max_length=20)


class SurveyOut(Schema):
    """A survey."""

    key: str
    name: str
    kind: SurveyKind
    state: SurveyState
    edition: int


class AnswerOut(Schema):
    """What one person said once."""

    id: UUID
    external_id: str
    survey: str
    account: str | None
    person: str | None
    feature: str | None
    moment: str
    score: int | None
    comment: str
    channel: Channel
    source: str
    language: str
    answered_at: datetime

    @staticmethod
    def resolve_survey(row: Answer) -> str:
        """The survey's key."""
        return row.survey.key

    @staticmethod
    def resolve_account(row: Answer) -> str | None:
        """The account's key."""
        return row.account.key if row.account else None

    @staticmethod
    def resolve_person(row: Answer) -> str | None:
        """The key of who answered."""
        return row.person.key if row.person else None

    @staticmethod
    def resolve_feature(row: Answer) -> str | None:
        """The feature's short name."""
        return row.feature.slug if row.feature else None


@router.get("/surveys", response=PageOf[SurveyOut])
@endpoint(may="surveys.see")
def list_surveys(request: BearerRequest, asked: Query[PageAsked]) -> dict[str, Any]:
    """The surveys, the one drafted first first."""
    part = slice_of(
        all_surveys(request.member.workspace).order_by(),
        workspace=request.member.workspace,
        order=BY_NUMBER,
        cursor=asked.cursor,
        size=asked.limit,
    )
    return {"items": part.rows, "next": part.next or None}


@router.get("/surveys/answers", response=PageOf[AnswerOut])
@endpoint(may="surveys.see")
def list_answers(request: BearerRequest, asked: Query[AnswersAskedFor]) -> dict[str, Any]:
    """Answers to one survey or to all, the newest first."""
    workspace = request.member.workspace
    rows = all_answers(workspace)
    if asked.survey:
        rows = answers_to(survey_with_key(workspace, asked.survey))
    if asked.account:
        rows = rows.filter(account=account_with_key(workspace, asked.account))
    part = slice_of(rows, workspace=workspace, order=NEWEST, cursor=asked.cursor, size=asked.limit)
    return {"items": part.rows, "next": part.next or None}


@router.post("/surveys/answers/bulk", response=RowsOut)
@endpoint(may="surveys.import_answers")
def add_answers(request: BearerRequest, body: AnswerRows) -> RowsOut:
    """Add or change up to 500 answers; a row that cannot be stored is a result of its own.

    An `external_id` that came before changes that answer: sent twice, it is there once.
    """
    workspace = request.member.workspace
    hold_upserts(workspace)
    surveys = surveys_named(workspace)
    accounts = accounts_by_key(
        workspace, numbers_in((row.account or "" for row in body.rows), prefix="A")
    )
    people = people_by_external_id(workspace, {row.person for row in body.rows if row.person})
    features = dict(features_in(workspace).values_list("slug", "pk"))
    results = upsert_answers(
        workspace,
        [
            _row_in(row, surveys=surveys, accounts=accounts, people=people, features=features)
            for row in body.rows
        ],
        by=request.member,
        now=now(),
    )
    ids = {row.object_id for row in results if row.object_id}
    return rows_shown(results, keys=keys_of_answers(workspace, ids))


def _row_in(
    row: AnswerRow,
    *,
    surveys: dict[str, UUID],
    accounts: dict[int, UUID],
    people: dict[str, UUID],
    features: dict[str, UUID],
) -> AnswerIn:
    said = row.said()
    said["survey_id"] = surveys.get(said.pop("survey").casefold(), NOBODY)
    if "account" in said:
        key = said.pop("account")
        number = next(iter(numbers_in([key or ""], prefix="A")), 0)
        said["account_id"] = accounts.get(number, NOBODY) if key else None
    for name, known in (("person", people), ("feature", features)):
        if name in said:
            named = said.pop(name)
            said[f"{name}_id"] = known.get(named, NOBODY) if named else None
    if said.get("answered_at", True) is None:
        del said["answered_at"]
    return AnswerIn(channel=Channel.API, **said)


@router.post("/surveys/{key}/links", response={201: LinkOut})
@endpoint(may="surveys.send")
def make_link(request: BearerRequest, key: str, body: LinkAsked) -> Status[LinkOut]:
    """A link for one person, to stand in your portal or in a message of yours."""
    workspace = request.member.workspace
    survey: Survey = survey_with_key(workspace, key)
    invited = invite_person(
        survey,
        person=person_with_key(workspace, body.person),
        account=account_with_key(workspace, body.account),
        feature=feature_with_slug(workspace, body.feature) if body.feature else None,
        moment=body.moment,
        channel=Channel.PORTAL,
        by=request.member,
        now=now(),
    )
    path = reverse("answer_survey", kwargs={"token": invited.token})
    expires_at = invited.invitation.expires_at
    return Status(201, LinkOut(url=f"{settings.BASE_URL}{path}", expires_at=expires_at))
