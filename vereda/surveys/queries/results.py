"""Asking what a survey says: in all, in parts, month by month, and in people's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Count, F, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf, TruncMonth, TruncQuarter

from vereda.foundation.scoping import id_of
from vereda.surveys.contracts import Channel, Part, QuestionKind, SurveyKind
from vereda.surveys.models.answers import Answer, AnswerChoice, AnswerRows
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.models.surveys import Edition, Question, Survey
from vereda.surveys.queries.answers import answers_to
from vereda.surveys.rules.scores import Result, result_of, scores_in

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

MOST_GROUPS = 50


class Cohort(StrEnum):
    """By what answers can be told apart."""

    CHANNEL = "channel"
    PLAN = "plan"
    OWNER = "owner"
    STAGE = "stage"
    LANGUAGE = "language"
    FEATURE = "feature"
    MOMENT = "moment"
    QUARTER = "quarter"


COLUMNS: Mapping[Cohort, Any] = {
    # Where people were asked, as their collector calls it; else how the answer came in.
    Cohort.CHANNEL: Coalesce(NullIf("source", Value("")), Cast("channel", CharField())),
    Cohort.PLAN: Coalesce("account__plan", Value("")),
    Cohort.OWNER: Coalesce(
        NullIf("account__owner__user__name", Value("")),
        Cast("account__owner__user__email", CharField()),
        Value(""),
    ),
    Cohort.STAGE: Coalesce("account__stage", Value("")),
    Cohort.LANGUAGE: Coalesce("language", Value("")),
    Cohort.FEATURE: Coalesce("feature__name", Value("")),
    Cohort.MOMENT: F("moment"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersAsked:
    """Which answers are looked at; what is left empty narrows nothing."""

    part: Part | None = None
    score: int | None = None
    by: Cohort | None = None
    group: str | None = None
    text: str = ""
    with_words: bool = False


@dataclass(frozen=True, slots=True)
class ResponseRate:
    """Of those who were asked, how many answered."""

    asked: int
    answered: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.answered / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """How often something was chosen, of how many who chose anything there."""

    words: Mapping[str, str]
    count: int


def answers_matching(survey: Survey, asked: AnswersAsked) -> AnswerRows:
    """The answers that are looked at, unordered."""
    rows = answers_to(survey)
    kind = SurveyKind(survey.kind)
    if asked.part is not None:
        rows = rows.filter(score__in=scores_in(asked.part, kind=kind))
    if asked.score is not None:
        rows = rows.filter(score=asked.score)
    if asked.by is not None and asked.group is not None:
        rows = _of_group(rows, asked.by, asked.group, survey)
    if asked.text:
        rows = rows.filter(comment__icontains=asked.text)
    if asked.with_words:
        rows = rows.exclude(comment="")
    return rows


def _of_group(rows: AnswerRows, by: Cohort, group: str, survey: Survey) -> AnswerRows:
    """Those of one part; a quarter is named by the first day of a month."""
    if by is not Cohort.QUARTER:
        among: Any = _with_group(rows, by, survey)
        chosen: AnswerRows = among.filter(cohort=group)
        return chosen
    try:
        first = datetime.fromisoformat(group).replace(tzinfo=ZoneInfo(survey.workspace.time_zone))
        year, month = divmod(first.year * 12 + first.month - 1 + 3, 12)
        following = first.replace(year=year, month=month + 1)
    except ValueError:
        return rows.none()
    return rows.filter(answered_at__gte=first, answered_at__lt=following)


def _with_group(rows: AnswerRows, cohort: Cohort, survey: Survey) -> AnswerRows:
    if cohort is Cohort.QUARTER:
        zone = ZoneInfo(survey.workspace.time_zone)
        return rows.annotate(cohort=TruncQuarter("answered_at", tzinfo=zone))
    return rows.annotate(cohort=COLUMNS[cohort])


def result_in(rows: AnswerRows, *, kind: SurveyKind) -> Result:
    """What these answers amount to; one query."""
    told = rows.scored().order_by().values_list("score").annotate(count=Count("pk"))
    return result_of({score: count for score, count in told if score is not None}, kind=kind)


def results_by(survey: Survey, rows: AnswerRows, *, cohort: Cohort) -> list[tuple[Any, Result]]:
    """What each part of the answers amounts to, the largest first; one query.

    Quarters come in their order, the newest first.
    """
    counts: dict[Any, dict[int, int]] = {}
    told: Any = _with_group(rows.scored(), cohort, survey).order_by()
    for group, score, count in told.values_list("cohort", "score").annotate(count=Count("pk")):
        each = counts.setdefault(group, {})
        each[score or 0] = each.get(score or 0, 0) + count
    kind = SurveyKind(survey.kind)
    results = [(group, result_of(each, kind=kind)) for group, each in counts.items()]
    if cohort is Cohort.QUARTER:
        return sorted(results, key=lambda row: row[0], reverse=True)[:MOST_GROUPS]
    return sorted(results, key=lambda row: (-row[1].answers, str(row[0])))[:MOST_GROUPS]


def results_by_month(survey: Survey, rows: AnswerRows) -> list[tuple[date, Result]]:
    """What each month's answers amount to, in their order; months without answers are left out."""
    zone = ZoneInfo(survey.workspace.time_zone)
    counts: dict[date, dict[int, int]] = {}
    told = rows.scored().order_by().annotate(month=TruncMonth("answered_at", tzinfo=zone))
    for month, score, count in told.values_list("month", "score").annotate(count=Count("pk")):
        counts.setdefault(month.date(), {})[score or 0] = count
    kind = SurveyKind(survey.kind)
    return [(month, result_of(each, kind=kind)) for month, each in sorted(counts.items())]


def results_of_surveys(workspace: Workspace | UUID, surveys: list[Survey]) -> dict[UUID, Result]:
    """What each of these surveys says in all; one query."""
    rows = Answer.objects.of(workspace).scored().filter(survey__in=surveys).order_by()
    counts: dict[UUID, dict[int, int]] = {}
    for survey, score, count in rows.values_list("survey", "score").annotate(count=Count("pk")):
        counts.setdefault(survey, {})[score or 0] = count
    return {
        survey.pk: result_of(counts.get(survey.pk, {}), kind=SurveyKind(survey.kind))
        for survey in surveys
    }


def answer_counts(workspace: Workspace | UUID, surveys: list[Survey]) -> dict[UUID, int]:
    """How many answers each of these surveys has, those in words alone included; one query."""
    rows = Answer.objects.of(workspace).filter(survey__in=surveys).order_by()
    return dict(rows.values_list("survey").annotate(count=Count("pk")))


def response_rates(workspace: Workspace | UUID, surveys: list[Survey]) -> dict[UUID, ResponseRate]:
    """Of the letters that left, how many were answered, by survey; one query."""
    rows = SurveyInvitation.objects.of(workspace).filter(
        survey__in=surveys, channel=Channel.EMAIL, sent_at__isnull=False
    )
    told = (
        rows.order_by()
        .values("survey")
        .annotate(
            asked=Count("pk"),
            answered=Count(Case(When(answered_at__isnull=False, then="pk"))),
        )
    )
    rates = {
        survey: ResponseRate(asked, answered)
        for survey, asked, answered in told.values_list("survey", "asked", "answered")
    }
    return {survey.pk: rates.get(survey.pk, ResponseRate(0, 0)) for survey in surveys}


def choice_counts(survey: Survey, rows: AnswerRows) -> list[tuple[Question, list[ChoiceCount]]]:
    """How often each thing was chosen, question by question of the present wording."""
    questions = Question.objects.of(survey.workspace_id).filter(
        edition__in=Edition.objects.of(survey.workspace_id).filter(
            survey=survey, number=survey.edition
        ),
        kind=QuestionKind.CHOICE,
    )
    told = AnswerChoice.objects.of(survey.workspace_id).filter(
        question__in=questions, answer__in=rows.order_by().values("pk")
    )
    counts = {
        (question, code): count
        for question, code, count in told.order_by()
        .values_list("question", "code")
        .annotate(count=Count("pk"))
    }
    return [
        (
            question,
            [
                ChoiceCount(one["texts"], counts.get((question.pk, one["code"]), 0))
                for one in question.choices
            ],
        )
        for question in questions.order_by("place")
    ]


def voices_about_feature(
    workspace: Workspace | UUID, *, until: datetime, feature_id: UUID, limit: int
) -> list[Answer]:
    """What was said about a feature in people's own words, the newest first."""
    rows = Answer.objects.of(id_of(workspace)).filter(feature=feature_id, answered_at__lt=until)
    rows = rows.exclude(comment="").select_related("survey", "account", "person")
    return list(rows.newest()[:limit])
