"""Many answers at once, from files and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from vereda.customers.contracts import UNSET
from vereda.customers.queries.accounts import account_ids_among
from vereda.customers.queries.people import person_ids_among
from vereda.foundation.facts import announce
from vereda.foundation.importing import Change, RowProblem, RowResult, UndoResult
from vereda.foundation.upserting import UPSERT_ROWS, UpsertBatch, undone_rows
from vereda.product.queries import features_in
from vereda.surveys import wording
from vereda.surveys.contracts import AnswerIn, AnswersUpserted, Channel, SurveyKind
from vereda.surveys.models.answers import Answer
from vereda.surveys.models.surveys import Survey
from vereda.surveys.rules.scores import unfit_answer
from vereda.workspaces.actions.audit import record
from vereda.workspaces.queries import workspace_itself

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

ANSWER_COLUMNS = tuple(field.name for field in fields(AnswerIn) if field.name != "external_id")
NEW_ANSWER: Mapping[str, Any] = {
    **dict.fromkeys(ANSWER_COLUMNS),
    "moment": "",
    "comment": "",
    "channel": Channel.IMPORT,
    "source": "",
    "language": "",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """What of this workspace the rows name; four queries however many rows."""

    kinds: Mapping[UUID, SurveyKind]
    accounts: frozenset[UUID]
    people: frozenset[UUID]
    features: frozenset[UUID]


def upsert_answers(
    workspace: Workspace | UUID,
    rows: Sequence[AnswerIn],
    *,
    by: Member | None,
    now: datetime,
    dry_run: bool = False,
) -> list[RowResult]:
    """One result per row, in their order (`line` is its index); a dry run writes nothing.

    A constant number of queries per thousand rows.
    """
    home = workspace_itself(workspace)
    results: list[RowResult] = []
    for start in range(0, len(rows), UPSERT_ROWS):
        part = rows[start : start + UPSERT_ROWS]
        batch = UpsertBatch(home, Answer, columns=ANSWER_COLUMNS, unsaid=UNSET, offset=start)
        known = _known(home, part)
        batch.settle(
            part,
            defaults=NEW_ANSWER,
            judge=lambda wanted, said, known=known: _judge_answer(  # type: ignore[misc]
                wanted, said, known=known, now=now
            ),
        )
        results += batch.results
        if batch and not dry_run:
            _store_answers(batch, by=by, now=now)
    return results


def _known(workspace: Workspace, rows: Sequence[AnswerIn]) -> _Known:
    surveys = Survey.objects.of(workspace).values_list("pk", "kind")
    return _Known(
        kinds={pk: SurveyKind(kind) for pk, kind in surveys},
        accounts=account_ids_among(workspace, _ids(rows, "account_id")),
        people=person_ids_among(workspace, _ids(rows, "person_id")),
        features=frozenset(features_in(workspace).values_list("pk", flat=True)),
    )


def _ids(rows: Sequence[AnswerIn], name: str) -> set[UUID]:
    return {value for row in rows if isinstance(value := getattr(row, name), UUID)}


def _judge_answer(
    wanted: Mapping[str, Any], said: Mapping[str, Any], *, known: _Known, now: datetime
) -> RowProblem | None:
    """What is wrong with a row; a reference that was stored before is not judged again."""
    kind = known.kinds.get(wanted["survey_id"])
    if kind is None:
        sentence = gettext_lazy("There is no such survey in this workspace.")
        return RowProblem("unknown_survey", sentence, "survey")
    account, person, feature = (said.get(f"{name}_id") for name in ("account", "person", "feature"))
    if account is not None and account not in known.accounts:
        sentence = gettext_lazy("No account of this workspace has that id.")
        return RowProblem("unknown_account", sentence, "account")
    if person is not None and person not in known.people:
        sentence = gettext_lazy("Nobody of this workspace has that id.")
        return RowProblem("unknown_person", sentence, "person")
    if feature is not None and feature not in known.features:
        sentence = gettext_lazy("No feature of this workspace has that name.")
        return RowProblem("unknown_feature", sentence, "feature")
    if wanted["answered_at"] is None:
        sentence = gettext_lazy("An answer needs the time it was given.")
        return RowProblem("no_time", sentence, "answered_at")
    if "answered_at" in said and said["answered_at"] > now:
        sentence = gettext_lazy("It cannot have been answered in the future.")
        return RowProblem("in_the_future", sentence, "answered_at")
    problem = unfit_answer(kind=kind, score=wanted["score"], comment=wanted["comment"])
    if problem is None:
        return None
    name, column = problem
    return RowProblem(
        str(name), str(wording.ANSWER_PROBLEMS[name]), column, str(wanted[column])[:60]
    )


@transaction.atomic
def _store_answers(batch: UpsertBatch, *, by: Member | None, now: datetime) -> None:
    batch.store(now=now)
    record(by, "upserted answers", batch.workspace, **batch.counts())
    _tell_accounts(batch.workspace, batch.touched)


@transaction.atomic
def undo_answer_upsert(
    workspace: Workspace | UUID, changes: Sequence[Change], *, by: Member | None, now: datetime
) -> UndoResult:
    """Created answers gone and changed ones as before, except what people changed since."""
    home = workspace_itself(workspace)
    result, touched = undone_rows(home, Answer, changes, columns=ANSWER_COLUMNS, now=now)
    record(by, "undid answers", home, undone=result.undone, kept=len(result.kept))
    _tell_accounts(home, touched)
    return result


def _tell_accounts(workspace: Workspace, touched: set[UUID]) -> None:
    """Announce whose answers changed; those of nobody known belong to no account."""
    ids = tuple(each for each in touched if each is not None)
    announce(AnswersUpserted(workspace_id=workspace.pk, account_ids=ids))
