"""Drafting a survey, wording it, opening and ending it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.scoping import found
from vereda.surveys import wording
from vereda.surveys.contracts import (
    EditionIn,
    SurveyChangedMeanwhile,
    SurveyKind,
    SurveyState,
    WrongSurvey,
)
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.models.surveys import Edition, Question, Survey
from vereda.surveys.queries.surveys import edition_now, wording_of
from vereda.surveys.rules.branching import wording_fault
from vereda.surveys.rules.drafts import first_wording
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.product.models import Feature
    from vereda.workspaces.models import Member, Workspace


class SurveySettings(TypedDict, total=False):
    """What a member may say about a survey beside its wording."""

    name: str
    feature: Feature | None
    moment: str
    recontact_days: int
    remind_after_days: int | None
    open_days: int
    quiet_days: list[int]


@transaction.atomic
def draft_survey(
    workspace: Workspace,
    *,
    kind: SurveyKind,
    by: Member | None,
    words: EditionIn | None = None,
    **said: Unpack[SurveySettings],
) -> Survey:
    """A new survey, worded so that it could go out; nobody is asked before it is opened."""
    row = Survey(workspace=workspace, kind=kind)
    _settle(row, said)
    row.number = reserve_numbers(workspace, "SV")[0]
    row.save(force_insert=True)
    _store_wording(row, words or first_wording(kind), number=1)
    record(by, "drafted", row, kind=str(kind))
    return row


@transaction.atomic
def edit_survey(
    survey: Survey, *, by: Member | None, version: int | None = None, **said: Unpack[SurveySettings]
) -> Survey:
    """The survey with other settings; `version` is the one that was read."""
    row = _locked(survey, version=version)
    before = {name: getattr(row, name) for name in said}
    _settle(row, said)
    changed = [name for name in said if getattr(row, name) != before[name]]
    if changed:
        row.version += 1
        row.save()
        record(by, "edited", row, fields=changed)
    return row


@transaction.atomic
def word_survey(
    survey: Survey, *, words: EditionIn, by: Member | None, version: int | None = None
) -> Survey:
    """The survey with another wording; a wording that somebody was asked with stays beside it."""
    row = _locked(survey, version=version)
    _refuse_ended(row)
    edition = edition_now(row)
    if wording_of(edition) == words:
        return row
    if edition.frozen_at is None:
        Question.objects.of(row.workspace_id).filter(edition=edition).delete()
        edition.delete()
    else:
        row.edition += 1
    _store_wording(row, words, number=row.edition)
    row.version += 1
    row.save()
    record(by, "worded", row, edition=row.edition)
    return row


@transaction.atomic
def open_survey(survey: Survey, *, by: Member | None, now: datetime) -> Survey:
    """From now on people can be asked; an ended survey is opened again."""
    row = _locked(survey)
    if row.state != SurveyState.LIVE:
        row.state, row.ended_at, row.opened_at = SurveyState.LIVE, None, row.opened_at or now
        row.version += 1
        row.save()
        record(by, "opened", row)
    return row


@transaction.atomic
def end_survey(survey: Survey, *, by: Member | None, now: datetime) -> Survey:
    """Nobody is asked any more, no letter leaves, and the links say that it is over."""
    row = _locked(survey)
    if row.state == SurveyState.LIVE:
        row.state, row.ended_at = SurveyState.ENDED, now
        row.version += 1
        row.save()
        waiting = SurveyInvitation.objects.of(row.workspace_id).filter(survey=row).open(now=now)
        count = waiting.update(stopped_at=now, updated_at=now)
        record(by, "ended", row, waiting=count)
    return row


@transaction.atomic
def note_answers_exported(survey: Survey, *, by: Member) -> None:
    """An audit line: who took answers out of here."""
    record(by, "exported", survey)


def freeze_edition(edition: Edition, *, now: datetime) -> None:
    """Somebody is asked with this wording: it never changes again."""
    rows = Edition.objects.of(edition.workspace_id).filter(pk=edition.pk, frozen_at=None)
    rows.update(frozen_at=now, updated_at=now)


def _settle(row: Survey, said: SurveySettings) -> None:
    for name, value in said.items():
        setattr(row, name, value)
    row.name = row.name.strip()
    if not row.name:
        raise WrongSurvey(_("A survey needs a name."))
    if row.feature is not None and row.feature.workspace_id != row.workspace_id:
        raise WrongSurvey(_("This feature is not of this workspace."))


def _store_wording(row: Survey, words: EditionIn, *, number: int) -> Edition:
    fault = wording_fault(words.questions, kind=SurveyKind(row.kind))
    if fault is not None:
        raise WrongSurvey(str(wording.BRANCH_FAULTS[fault[0]]) % {"place": fault[1]})
    edition: Edition = Edition.objects.of(row.workspace_id).create(
        survey=row,
        number=number,
        subject=dict(words.subject),
        letter=dict(words.letter),
        thanks=dict(words.thanks),
    )
    Question.objects.of(row.workspace_id).bulk_create(
        Question(
            workspace_id=row.workspace_id,
            edition=edition,
            place=place,
            kind=question.kind,
            texts=dict(question.texts),
            choices=[{"code": one.code, "texts": dict(one.texts)} for one in question.choices],
            after=question.after,
            after_answers=list(question.after_answers),
        )
        for place, question in enumerate(words.questions, start=1)
    )
    return edition


def _locked(survey: Survey, *, version: int | None = None) -> Survey:
    rows = Survey.objects.of(survey.workspace_id).select_for_update()
    row = found(rows.filter(pk=survey.pk))
    if version is not None and version != row.version:
        raise SurveyChangedMeanwhile(
            _("Somebody changed %s while you had it open. Nothing of yours was stored.") % row.name
        )
    return row


def _refuse_ended(row: Survey) -> None:
    if row.state == SurveyState.ENDED:
        raise WrongSurvey(_("This survey has ended. Open it again to change its wording."))
