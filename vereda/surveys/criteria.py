"""What audiences can ask about surveys: who thinks what, who answered, who did not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.criteria import (
    About,
    AskedCriterion,
    Comparison,
    Criterion,
    Parameter,
    ValueKind,
    Words,
    one_of_many,
)
from vereda.foundation.wording import day_words, number_words
from vereda.surveys import wording
from vereda.surveys.contracts import Channel, Part, SurveyKind
from vereda.surveys.models.answers import Answer, AnswerRows
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.queries.figures import LatestScore, latest_scores, opinions_of
from vereda.surveys.queries.surveys import surveys_begun

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

ANY = "any"
MOST_WORDS = 80
GROUP = gettext_lazy("Surveys")


class SurveyCriteria:
    """Surveys' share of what can be asked, about accounts and about people alike."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:
        """Five questions; the surveys to choose from are those that were opened."""
        surveys: dict[str, Words] = {ANY: gettext_lazy("Any survey")}
        surveys |= {survey.key: survey.name for survey in surveys_begun(workspace)}
        which = Parameter(
            name="survey",
            label=gettext_lazy("Survey"),
            kind=ValueKind.CHOICE,
            choices=surveys,
            default=ANY,
        )
        return (
            Criterion(
                name="surveys.nps",
                label=gettext_lazy("Last NPS score"),
                group=GROUP,
                about=about,
                kind=ValueKind.NUMBER,
                comparisons=(
                    Comparison.AT_LEAST,
                    Comparison.AT_MOST,
                    Comparison.KNOWN,
                    Comparison.UNKNOWN,
                ),
                matching=_score_fits,
                told=_score_told,
                by_time=True,
            ),
            Criterion(
                name="surveys.part",
                label=gettext_lazy("Last NPS answer"),
                group=GROUP,
                about=about,
                kind=ValueKind.CHOICE,
                comparisons=(Comparison.IS, Comparison.IS_NOT, Comparison.ANY_OF),
                matching=_part_fits,
                told=_score_told,
                choices={str(key): label for key, label in wording.PARTS[SurveyKind.NPS].items()},
                by_time=True,
            ),
            Criterion(
                name="surveys.answered",
                label=gettext_lazy("Answered a survey"),
                group=GROUP,
                about=about,
                kind=ValueKind.DATE,
                comparisons=(Comparison.IN_LAST_DAYS, Comparison.KNOWN, Comparison.UNKNOWN),
                matching=_answered_fits,
                told=_answered_told,
                parameters=(which,),
                by_time=True,
            ),
            Criterion(
                name="surveys.unanswered",
                label=gettext_lazy("Was asked and did not answer"),
                group=GROUP,
                about=about,
                kind=ValueKind.DATE,
                comparisons=(Comparison.IN_LAST_DAYS,),
                matching=_unanswered_fits,
                told=_unanswered_told,
                parameters=(which,),
                by_time=True,
            ),
            Criterion(
                name="surveys.comment",
                label=gettext_lazy("Wrote in an answer"),
                group=GROUP,
                about=about,
                kind=ValueKind.TEXT,
                comparisons=(Comparison.CONTAINS,),
                matching=_comment_fits,
                told=_comment_told,
            ),
        )


# --- Scores -----------------------------------------------------------------------


def _scores(
    asked: AskedCriterion, ids: Collection[UUID] | None = None
) -> Mapping[UUID, tuple[float, set[Part]]]:
    """The score of each account or person, and the parts of the scale their answers lie in."""
    accounts = asked.about is About.ACCOUNTS
    scores = latest_scores(
        asked.workspace,
        kinds=[SurveyKind.NPS],
        until=asked.now,
        account_ids=ids if accounts else None,
        person_ids=None if accounts else ids,
    )
    if accounts:
        parts: dict[UUID, set[Part]] = {}
        for each in scores:
            if each.account_id is not None:
                parts.setdefault(each.account_id, set()).add(each.part)
        return {
            account: (opinion.mean, parts[account])
            for (_kind, account), opinion in opinions_of(scores).items()
        }
    return {person: (float(last.score), {last.part}) for person, last in _by_person(scores).items()}


def _by_person(scores: Sequence[LatestScore]) -> Mapping[UUID, LatestScore]:
    """The last score of each person, in whichever account."""
    latest: dict[UUID, LatestScore] = {}
    for each in sorted(scores, key=lambda score: score.answered_at):
        if each.person_id is not None:
            latest[each.person_id] = each
    return latest


def _score_fits(asked: AskedCriterion) -> Q:
    told = _scores(asked)
    if asked.comparison is Comparison.KNOWN:
        return one_of_many(told.keys())
    if asked.comparison is Comparison.UNKNOWN:
        return ~one_of_many(told.keys())
    border = float(asked.value) if isinstance(asked.value, Decimal) else 0.0
    if asked.comparison is Comparison.AT_LEAST:
        return one_of_many([key for key, (score, _parts) in told.items() if score >= border])
    return one_of_many([key for key, (score, _parts) in told.items() if score <= border])


def _part_fits(asked: AskedCriterion) -> Q:
    parts = set(asked.chosen)
    told = _scores(asked)
    among = {key for key, (_score, given) in told.items() if parts & {str(each) for each in given}}
    if asked.comparison is Comparison.IS_NOT:
        return one_of_many(told.keys() - among)
    return one_of_many(among)


def _score_told(asked: AskedCriterion, ids: Collection[UUID]) -> Mapping[UUID, str]:
    return {
        key: _("NPS score %(score)s") % {"score": number_words(score, decimals=1)}
        for key, (score, _parts) in _scores(asked, ids).items()
    }


# --- Answers ----------------------------------------------------------------------


def _answers(asked: AskedCriterion) -> AnswerRows:
    """Answers to the survey that was chosen; those of nobody known are left out."""
    rows = Answer.objects.of(asked.workspace).filter(**{f"{asked.column}__isnull": False})
    return rows.filter(_of_survey(asked))


def _of_survey(asked: AskedCriterion) -> Q:
    key = asked.parameters.get("survey", ANY)
    if not isinstance(key, str) or key == ANY:
        return Q()
    number = key.removeprefix("SV-")
    return Q(survey__number=int(number)) if number.isascii() and number.isdigit() else Q(pk=None)


def _answered_fits(asked: AskedCriterion) -> Q:
    rows = _answers(asked)
    if asked.comparison is Comparison.IN_LAST_DAYS:
        rows = rows.filter(answered_at__gt=asked.since, answered_at__lte=asked.now)
    holds = Q(pk__in=rows.values(asked.column))
    return ~holds if asked.comparison is Comparison.UNKNOWN else holds


def _answered_told(asked: AskedCriterion, ids: Collection[UUID]) -> Mapping[UUID, str]:
    column = asked.column
    rows = _answers(asked).filter(one_of_many(ids, column=column)).order_by("answered_at")
    return {
        key: _("answered %(survey)s on %(day)s")
        % {"survey": name, "day": day_words(asked.day_of(at))}
        for key, name, at in rows.values_list(f"{column}_id", "survey__name", "answered_at")
        if key is not None
    }


def _unanswered(asked: AskedCriterion) -> Any:
    rows = SurveyInvitation.objects.of(asked.workspace).filter(
        channel=Channel.EMAIL,
        sent_at__gt=asked.since,
        sent_at__lte=asked.now,
        answered_at=None,
    )
    return rows.filter(_of_survey(asked))


def _unanswered_fits(asked: AskedCriterion) -> Q:
    return Q(pk__in=_unanswered(asked).values(asked.column))


def _unanswered_told(asked: AskedCriterion, ids: Collection[UUID]) -> Mapping[UUID, str]:
    column = asked.column
    rows = _unanswered(asked).filter(one_of_many(ids, column=column)).order_by("sent_at")
    return {
        key: _("asked by %(survey)s on %(day)s, no answer")
        % {"survey": name, "day": day_words(asked.day_of(at))}
        for key, name, at in rows.values_list(f"{column}_id", "survey__name", "sent_at")
    }


def _comment_fits(asked: AskedCriterion) -> Q:
    text = str(asked.value or "")
    rows = Answer.objects.of(asked.workspace).filter(**{f"{asked.column}__isnull": False})
    return Q(pk__in=rows.filter(comment__icontains=text).values(asked.column))


def _comment_told(asked: AskedCriterion, ids: Collection[UUID]) -> Mapping[UUID, str]:
    column, text = asked.column, str(asked.value or "")
    rows = Answer.objects.of(asked.workspace).filter(
        one_of_many(ids, column=column), comment__icontains=text
    )
    told = rows.order_by("answered_at").values_list(f"{column}_id", "comment")
    return {key: _("wrote “%s”") % _around(comment, text) for key, comment in told if key}


def _around(comment: str, text: str) -> str:
    """The words of a comment around what was looked for."""
    place = max(0, comment.casefold().find(text.casefold()))
    start = max(0, place - MOST_WORDS // 2)
    part = " ".join(comment[start : start + MOST_WORDS].split())
    return f"{'…' if start else ''}{part}{'…' if start + MOST_WORDS < len(comment) else ''}"
