"""Answers from files: other survey tools, polls, feedback forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vereda.foundation.importing import (
    Change,
    FieldType,
    IdentityKey,
    ImportField,
    ImportRow,
    RowProblem,
    RowResult,
    UndoResult,
    WithoutNewFields,
    results_by_line,
)
from vereda.product.queries import features_in
from vereda.surveys.actions.upserts import undo_answer_upsert, upsert_answers
from vereda.surveys.contracts import AnswerIn
from vereda.surveys.queries.surveys import surveys_named

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

NEVER_EMPTY = ("moment", "comment", "source", "language")


class AnswersKind(WithoutNewFields):
    """Answers to surveys, recognised by their id in the system they come from."""

    name = "answers"
    label = _("Survey answers")
    permission = "surveys.import_answers"

    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
        """Everything a column can be mapped to. A file without names is a poll."""
        return (*_what_was_said(), *_who_said_it(), *_about_what())

    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
        """By the id in the other system."""
        return (IdentityKey("external_id", _("Answer id"), ("external_id",)),)

    def apply(
        self,
        workspace: UUID,
        rows: Sequence[ImportRow],
        *,
        identity: IdentityKey,
        import_id: UUID,
        by: Member | None,
        now: datetime,
        dry_run: bool,
    ) -> list[RowResult]:
        """One result per row."""
        surveys = surveys_named(workspace)
        features = {
            name.casefold(): pk
            for pk, slug, label in features_in(workspace).values_list("pk", "slug", "name")
            for name in (label, slug)
        }
        told = [answer_in(row, surveys=surveys, features=features) for row in rows]
        store = partial(upsert_answers, workspace, by=by, now=now, dry_run=dry_run)
        return results_by_line(rows, told, upsert=store)

    def undo(
        self,
        workspace: UUID,
        changes: Sequence[Change],
        *,
        import_id: UUID,
        by: Member | None,
        now: datetime,
    ) -> UndoResult:
        """Created answers gone, changed ones as before."""
        return undo_answer_upsert(workspace, changes, by=by, now=now)

    def results_url(self, workspace_slug: str) -> str | None:
        """The list of surveys."""
        return reverse("surveys:surveys", kwargs={"workspace": workspace_slug})


def _what_was_said() -> tuple[ImportField, ...]:
    return (
        ImportField(
            "external_id",
            _("Answer id"),
            required=True,
            aliases=("answer id", "response id", "comment id", "id", "id de respuesta"),
            max_length=200,
        ),
        ImportField(
            "survey",
            _("Survey (key or name)"),
            required=True,
            aliases=("survey", "encuesta", "poll", "form"),
            max_length=120,
        ),
        ImportField(
            "score",
            _("Score"),
            FieldType.INTEGER,
            aliases=("score", "rating", "nps", "csat", "puntuación", "nota", "valoración"),
        ),
        ImportField(
            "comment",
            _("Comment"),
            aliases=("comment", "feedback", "answer", "text", "comentario", "respuesta"),
            max_length=20_000,
        ),
        ImportField(
            "answered_at",
            _("Answered"),
            FieldType.INSTANT,
            required=True,
            aliases=("answered at", "submitted at", "date", "end", "fecha", "respondida"),
        ),
    )


def _who_said_it() -> tuple[ImportField, ...]:
    return (
        ImportField(
            "account",
            _("Account"),
            FieldType.REFERENCE,
            refers_to="accounts",
            aliases=("account id", "account", "customer", "company", "cliente", "cuenta"),
        ),
        ImportField(
            "person",
            _("Person"),
            FieldType.REFERENCE,
            refers_to="people",
            aliases=("person", "respondent", "contact", "email", "persona", "encuestado"),
        ),
        ImportField(
            "language",
            _("Language"),
            aliases=("language", "locale", "idioma"),
            max_length=35,
        ),
    )


def _about_what() -> tuple[ImportField, ...]:
    return (
        ImportField(
            "feature",
            _("Feature (name)"),
            aliases=("feature", "funcionalidad"),
            max_length=100,
        ),
        ImportField(
            "moment",
            _("Occasion"),
            aliases=("moment", "occasion", "trigger", "momento", "ocasión"),
            max_length=100,
        ),
        ImportField(
            "source",
            _("Where they were asked"),
            aliases=("source", "collector", "channel", "canal", "origen"),
            max_length=100,
        ),
    )


def answer_in(
    row: ImportRow, *, surveys: Mapping[str, UUID], features: Mapping[str, UUID]
) -> AnswerIn | RowProblem:
    """What the row says, or what is wrong with it."""
    values: dict[str, Any] = dict(row.values)
    problem = _name_survey(values, surveys) or _name_feature(values, features)
    if problem is not None:
        return problem
    for column in ("account", "person"):
        if column in values:
            values[f"{column}_id"] = values.pop(column)
    for column in NEVER_EMPTY:
        if column in values:
            values[column] = values[column] or ""
    if "answered_at" in values and values["answered_at"] is None:
        del values["answered_at"]
    score = values.get("score")
    if score is not None and not -(2**15) <= score < 2**15:
        sentence = _("This score is not on the survey's scale.")
        return RowProblem("outside_scale", sentence, "score", str(score)[:60])
    return AnswerIn(**values)


def _name_survey(values: dict[str, Any], surveys: Mapping[str, UUID]) -> RowProblem | None:
    """Put the survey's id where its name stood."""
    name = str(values.pop("survey", "") or "")
    values["survey_id"] = surveys.get(name.casefold())
    if values["survey_id"] is not None:
        return None
    sentence = _("There is no survey of that key or name.")
    return RowProblem("unknown_survey", sentence, "survey", name[:60])


def _name_feature(values: dict[str, Any], features: Mapping[str, UUID]) -> RowProblem | None:
    """Put the feature's id where its name stood, if one did."""
    if "feature" not in values:
        return None
    name = str(values.pop("feature") or "")
    values["feature_id"] = features.get(name.casefold())
    if values["feature_id"] is not None or not name:
        return None
    sentence = _("There is no feature of that name.")
    return RowProblem("unknown_feature", sentence, "feature", name[:60])
