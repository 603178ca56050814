"""Telling many subscriptions or goodbyes at once; a constant number of queries per thousand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vereda.customers.contracts import UNSET
from vereda.customers.queries.accounts import accounts_with_ids
from vereda.foundation.facts import announce
from vereda.foundation.ids import new_id
from vereda.foundation.importing import (
    Change,
    ImportRow,
    KeptRow,
    Outcome,
    RowProblem,
    RowResult,
    UndoResult,
    compared,
    rejected,
    undo_step,
)
from vereda.revenue import wording
from vereda.revenue.actions.headlines import tell_money
from vereda.revenue.contracts import (
    BillingPeriod,
    ChurnIn,
    ChurnReason,
    ChurnUpserted,
    SubscriptionIn,
    SubscriptionsUpserted,
)
from vereda.revenue.models import ChurnEvent, Subscription
from vereda.revenue.rules.terms import LARGEST_AMOUNT, problem_in
from vereda.workspaces.actions import record, reserve_numbers
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

BATCH = 1_000
SUBSCRIPTION_COLUMNS = tuple(
    field.name for field in fields(SubscriptionIn) if field.name != "external_id"
)
CHURN_COLUMNS = tuple(field.name for field in fields(ChurnIn) if field.name != "external_id")

Judge = Callable[[Mapping[str, Any]], RowProblem | None]


def upsert_subscriptions(
    workspace: Workspace | UUID,
    rows: Sequence[SubscriptionIn],
    *,
    by: Member | None,
    now: datetime,
    dry_run: bool = False,
) -> list[RowResult]:
    """One result per row, in their order (`line` is its index); a dry run writes nothing."""
    home = workspace_with_id(workspace) if isinstance(workspace, UUID) else workspace
    defaults: dict[str, Any] = {
        "account_id": None,
        "started_on": None,
        "ends_on": None,
        "renews_on": None,
    }
    defaults |= {"renews_on": None, "cancelled_on": None, "product": "", "plan": "", "seats": None}
    defaults |= {"amount_minor": 0, "period": BillingPeriod.MONTHLY, "currency": home.currency}
    defaults |= {"trial": False, "auto_renew": True}
    results: list[RowResult] = []
    for start in range(0, len(rows), BATCH):
        batch = _Batch(home, rows[start : start + BATCH], SUBSCRIPTION_COLUMNS, offset=start)
        batch.settle(Subscription, defaults=defaults, judge=_judge_terms)
        results += batch.results
        if not dry_run:
            _store_subscriptions(batch, by=by, now=now)
    return results


def upsert_churn(
    workspace: Workspace | UUID,
    rows: Sequence[ChurnIn],
    *,
    by: Member | None,
    now: datetime,
    dry_run: bool = False,
) -> list[RowResult]:
    """One result per row, in their order (`line` is its index); no status changes."""
    home = workspace_with_id(workspace) if isinstance(workspace, UUID) else workspace
    defaults: dict[str, Any] = {
        "account_id": None,
        "churned_on": None,
        "reason": ChurnReason.UNKNOWN,
    }
    defaults |= {"comment": "", "refund_minor": None, "lost_arr_minor": None}
    defaults |= {"currency": home.currency, "reactivation": False}
    results: list[RowResult] = []
    for start in range(0, len(rows), BATCH):
        batch = _Batch(home, rows[start : start + BATCH], CHURN_COLUMNS, offset=start)
        batch.settle(ChurnEvent, defaults=defaults, judge=_judge_goodbye)
        results += batch.results
        if not dry_run:
            _store_churn(batch, by=by, now=now)
    return results


class _Batch:
    """Up to a thousand rows: what each of them is now and what it would become."""

    def __init__(
        self, workspace: Workspace, rows: Sequence[Any], columns: Sequence[str], *, offset: int
    ) -> None:
        self.workspace = workspace
        self.rows = rows
        self.columns = columns
        self.offset = offset
        self.results: list[RowResult] = []
        self.created: list[Any] = []
        self.updated: list[Any] = []
        self.kept_ids: set[UUID] = set()
        self.account_ids: set[UUID] = set()

    def settle(
        self,
        model: type[Subscription] | type[ChurnEvent],
        *,
        defaults: Mapping[str, Any],
        judge: Judge,
    ) -> None:
        """Compare every row with what is there; two queries."""
        names = {row.external_id for row in self.rows}
        stored = model.objects.of(self.workspace).filter(external_id__in=names)
        existing: dict[str, Any] = {row.external_id: row for row in stored}
        said_ids = {row.account_id for row in self.rows if row.account_id is not UNSET}
        known = accounts_with_ids(self.workspace, said_ids).keys()
        for index, said in enumerate(self.rows, start=self.offset):
            values = {
                name: value for name in self.columns if (value := getattr(said, name)) is not UNSET
            }
            row = existing.get(said.external_id)
            line = ImportRow(index, values)
            current = None if row is None else {name: getattr(row, name) for name in self.columns}
            wanted = {**(defaults if current is None else current), **values}
            problem = _unknown_account(wanted, values, known=known) or judge(wanted)
            if problem is not None:
                self.results.append(rejected(line, problem))
                continue
            fresh = row if row is not None else model(workspace=self.workspace, id=new_id())
            result = compared(line, object_id=fresh.pk, current=current, wanted=values)
            self.results.append(result)
            self._remember(fresh, result, said=said, before=current, wanted=wanted)
            existing[said.external_id] = fresh

    def _remember(
        self,
        row: Any,
        result: RowResult,
        *,
        said: Any,
        before: Mapping[str, Any] | None,
        wanted: Mapping[str, Any],
    ) -> None:
        if result.outcome is Outcome.UNCHANGED:
            return
        if before is not None:
            self.account_ids.add(before["account_id"])
        row.external_id = said.external_id
        for name, value in wanted.items():
            setattr(row, name, value)
        self.account_ids.add(row.account_id)
        if row.pk not in self.kept_ids:
            self.kept_ids.add(row.pk)
            (self.created if result.outcome is Outcome.CREATED else self.updated).append(row)


def _unknown_account(
    wanted: Mapping[str, Any], values: Mapping[str, Any], *, known: Any
) -> RowProblem | None:
    if wanted["account_id"] is None or (
        "account_id" in values and values["account_id"] not in known
    ):
        return RowProblem(
            "unknown_account", _("No account of this workspace has that id."), "account"
        )
    return None


def _judge_terms(wanted: Mapping[str, Any]) -> RowProblem | None:
    if wanted["started_on"] is None:
        return RowProblem("no_start", _("A subscription needs the day it started."), "started_on")
    problem = problem_in(wanted, currencies=wording.known_currencies())
    if problem is None:
        return None
    kind, column = problem
    return RowProblem(str(kind), str(wording.PROBLEMS[kind]), column, str(wanted[column])[:60])


def _judge_goodbye(wanted: Mapping[str, Any]) -> RowProblem | None:
    if wanted["churned_on"] is None:
        return RowProblem("no_day", _("A goodbye needs its day."), "churned_on")
    if wanted["currency"] not in wording.known_currencies():
        unknown = _("This is no currency. Use its three letters, such as EUR.")
        return RowProblem("unknown_currency", unknown, "currency", str(wanted["currency"])[:60])
    if not 0 <= (wanted["refund_minor"] or 0) <= LARGEST_AMOUNT:
        return RowProblem("wrong_refund", _("A refund is a positive amount."), "refund_minor")
    return None


@transaction.atomic
def _store_subscriptions(batch: _Batch, *, by: Member | None, now: datetime) -> None:
    if not (batch.created or batch.updated):
        return
    if batch.created:
        numbers = reserve_numbers(batch.workspace, "S", count=len(batch.created))
        for row, number in zip(batch.created, numbers, strict=True):
            row.number = number
    Subscription.objects.of(batch.workspace).bulk_create(batch.created)
    _bulk_update(Subscription, batch, names=SUBSCRIPTION_COLUMNS, now=now)
    record(by, "upserted subscriptions", batch.workspace, **_counts(batch))
    announce(
        SubscriptionsUpserted(workspace_id=batch.workspace.pk, account_ids=tuple(batch.account_ids))
    )
    tell_money(batch.workspace, account_ids=batch.account_ids, now=now)


@transaction.atomic
def _store_churn(batch: _Batch, *, by: Member | None, now: datetime) -> None:
    if not (batch.created or batch.updated):
        return
    ChurnEvent.objects.of(batch.workspace).bulk_create(batch.created)
    _bulk_update(ChurnEvent, batch, names=CHURN_COLUMNS, now=now)
    record(by, "upserted churn", batch.workspace, **_counts(batch))
    announce(ChurnUpserted(workspace_id=batch.workspace.pk, account_ids=tuple(batch.account_ids)))


def _bulk_update(
    model: type[Subscription] | type[ChurnEvent],
    batch: _Batch,
    *,
    names: Sequence[str],
    now: datetime,
) -> None:
    for row in batch.updated:
        row.updated_at = now
    columns = [name.removesuffix("_id") for name in names]
    model.objects.of(batch.workspace).bulk_update(batch.updated, [*columns, "updated_at"])


def _counts(batch: _Batch) -> dict[str, int]:
    return {"created": len(batch.created), "updated": len(batch.updated)}


# --- Undo ---------------------------------------------------------------------


@transaction.atomic
def undo_subscription_upsert(
    workspace: Workspace | UUID, changes: Sequence[Change], *, by: Member | None, now: datetime
) -> UndoResult:
    """Created subscriptions gone and changed ones as before, except what people changed since."""
    home = workspace_with_id(workspace) if isinstance(workspace, UUID) else workspace
    result, touched = _undone(home, Subscription, changes, columns=SUBSCRIPTION_COLUMNS, now=now)
    record(by, "undid subscriptions", home, undone=result.undone, kept=len(result.kept))
    announce(SubscriptionsUpserted(workspace_id=home.pk, account_ids=tuple(touched)))
    tell_money(home, account_ids=touched, now=now)
    return result


@transaction.atomic
def undo_churn_upsert(
    workspace: Workspace | UUID, changes: Sequence[Change], *, by: Member | None, now: datetime
) -> UndoResult:
    """Created goodbyes gone and changed ones as before, except what people changed since."""
    home = workspace_with_id(workspace) if isinstance(workspace, UUID) else workspace
    result, touched = _undone(home, ChurnEvent, changes, columns=CHURN_COLUMNS, now=now)
    record(by, "undid churn", home, undone=result.undone, kept=len(result.kept))
    announce(ChurnUpserted(workspace_id=home.pk, account_ids=tuple(touched)))
    return result


def _undone(
    workspace: Workspace,
    model: type[Subscription] | type[ChurnEvent],
    changes: Sequence[Change],
    *,
    columns: Sequence[str],
    now: datetime,
) -> tuple[UndoResult, set[UUID]]:
    rows: dict[UUID, Any] = {
        row.pk: row
        for row in model.objects.of(workspace).filter(pk__in=[each.object_id for each in changes])
    }
    gone: list[UUID] = []
    restored: list[Any] = []
    kept: list[KeptRow] = []
    touched: set[UUID] = set()
    for change in changes:
        row = rows.get(change.object_id)
        current = None if row is None else {name: getattr(row, name) for name in columns}
        step = undo_step(change, current=current)
        if row is not None:
            touched.add(row.account_id)
        if step.delete:
            gone.append(change.object_id)
        elif step.restore and row is not None:
            _restore(row, step.restore)
            touched.add(row.account_id)
            restored.append(row)
        if step.changed_since:
            kept.append(KeptRow(change.object_id, _("Somebody changed it after the import.")))
    model.objects.of(workspace).filter(pk__in=gone).delete()
    _bulk_restore(workspace, model, restored, columns=columns, now=now)
    return UndoResult(len(gone) + len(restored), tuple(kept)), touched


def _restore(row: Any, values: Mapping[str, Any]) -> None:
    """Put journal values (JSON) back on the row, each as its column's type."""
    for name, value in values.items():
        column = row._meta.get_field(name.removesuffix("_id"))
        if column.is_relation:
            setattr(row, name, UUID(value))
        else:
            setattr(row, name, column.to_python(value))


def _bulk_restore(
    workspace: Workspace,
    model: type[Subscription] | type[ChurnEvent],
    rows: Sequence[Any],
    *,
    columns: Sequence[str],
    now: datetime,
) -> None:
    for row in rows:
        row.updated_at = now
    names = [name.removesuffix("_id") for name in columns]
    model.objects.of(workspace).bulk_update(rows, [*names, "updated_at"])
