"""Asking what accounts and people said last, as it was known at some moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Max, Q

from vereda.customers.queries.people import counts_in_scores
from vereda.foundation.criteria import one_of_many
from vereda.surveys.contracts import Part, SurveyKind
from vereda.surveys.models.answers import Answer, AnswerBefore
from vereda.surveys.rules.scores import part_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

COUNTS_FOR = timedelta(days=180)
"""An opinion older than this is none any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestScore:
    """The last score that somebody gave on one kind of scale."""

    kind: SurveyKind
    account_id: UUID | None
    person_id: UUID | None
    score: int
    answered_at: datetime

    @property
    def part(self) -> Part:
        """Detractor, passive, promoter, or what corresponds."""
        return part_of(self.score, kind=self.kind)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an account thinks: the mean of each person's latest score, and the share of low ones."""

    mean: float
    low: float
    people: int
    last_at: datetime


def latest_scores(
    workspace: Workspace | UUID,
    *,
    kinds: Collection[SurveyKind],
    until: datetime,
    account_ids: Collection[UUID] | None = None,
    person_ids: Collection[UUID] | None = None,
    for_scores: bool = False,
) -> list[LatestScore]:
    """Each person's last score per account and kind within 180 days, as it stood at `until`.
    for_scores: without those who said no to that.

    Answers of nobody known count each for itself. Two queries. An answer that was changed later
    counts as it was then.
    """
    rows = (
        Answer.objects.of(workspace)
        .scored()
        .filter(
            _among(account_ids, column="account"),
            _among(person_ids, column="person"),
            survey__kind__in=kinds,
            answered_at__gt=until - COUNTS_FOR,
            answered_at__lte=until,
        )
    )
    if for_scores:
        rows = rows.filter(counts_in_scores("person"))
    told = rows.order_by("answered_at", "pk").values_list(
        "pk", "survey__kind", "account_id", "person_id", "score", "answered_at", "changed_at"
    )
    found_rows = list(told)
    changed = [row[0] for row in found_rows if row[6] is not None and row[6] > until]
    earlier = scores_before(workspace, changed, until=until)
    latest: dict[tuple[str, UUID | None, UUID], LatestScore] = {}
    for pk, kind, account_id, person_id, score, answered_at, _changed_at in found_rows:
        latest[kind, account_id, person_id or pk] = LatestScore(
            kind=SurveyKind(kind),
            account_id=account_id,
            person_id=person_id,
            score=earlier.get(pk, score or 0),
            answered_at=answered_at,
        )
    return list(latest.values())


def _among(ids: Collection[UUID] | None, *, column: str) -> Q:
    return Q() if ids is None else one_of_many(ids, column=column)


def scores_before(
    workspace: Workspace | UUID, answer_ids: Collection[UUID], *, until: datetime
) -> dict[UUID, int]:
    """The scores that these answers, changed since, had at that moment."""
    if not answer_ids:
        return {}
    rows = AnswerBefore.objects.of(workspace).filter(
        one_of_many(answer_ids, column="answer"), replaced_at__gt=until, score__isnull=False
    )
    scores: dict[UUID, int] = {}
    for answer_id, score in rows.order_by("-replaced_at").values_list("answer_id", "score"):
        scores[answer_id] = score or 0
    return scores


def opinions_of(scores: Iterable[LatestScore]) -> Mapping[tuple[SurveyKind, UUID], Opinion]:
    """What each account thinks, by kind of scale; scores of no account are left out."""
    grouped: dict[tuple[SurveyKind, UUID], list[LatestScore]] = {}
    for each in scores:
        if each.account_id is not None:
            grouped.setdefault((each.kind, each.account_id), []).append(each)
    return {
        key: Opinion(
            mean=fmean(each.score for each in told),
            low=fmean(each.part is Part.LOW for each in told),
            people=len(told),
            last_at=max(each.answered_at for each in told),
        )
        for key, told in grouped.items()
    }


def last_answers(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, until: datetime
) -> dict[UUID, datetime]:
    """When each of these accounts last answered anything until then, those left out who said no to
    scores."""
    rows = Answer.objects.of(workspace).filter(
        one_of_many(account_ids, column="account"),
        counts_in_scores("person"),
        answered_at__lte=until,
    )
    told = rows.values("account").annotate(last=Max("answered_at"))
    return {account: last for account, last in told.values_list("account", "last") if account}
