"""Telling many subscriptions or goodbyes at once; a constant number of queries per thousand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vereda.customers.contracts import UNSET
from vereda.customers.queries.accounts import account_ids_among
from vereda.foundation.facts import announce
from vereda.foundation.importing import Change, RowProblem, RowResult, UndoResult
from vereda.foundation.upserting import UPSERT_ROWS, UpsertBatch, undone_rows
from vereda.revenue import wording
from vereda.revenue.actions.headlines import tell_money
from vereda.revenue.contracts import (
    BillingPeriod,
    ChurnIn,
    ChurnReason,
    ChurnUpserted,
    SubscriptionIn,
    SubscriptionsUpserted,
    TermsProblem,
)
from vereda.revenue.models import ChurnEvent, Subscription
from vereda.revenue.rules.terms import LARGEST_AMOUNT, problem_in
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.queries import workspace_itself

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

SUBSCRIPTION_COLUMNS = tuple(
    field.name for field in fields(SubscriptionIn) if field.name != "external_id"
)
CHURN_COLUMNS = tuple(field.name for field in fields(ChurnIn) if field.name != "external_id")
NEW_SUBSCRIPTION: Mapping[str, Any] = {
    **dict.fromkeys(SUBSCRIPTION_COLUMNS),
    "product": "",
    "plan": "",
    "amount_minor": 0,
    "period": BillingPeriod.MONTHLY,
    "trial": False,
    "auto_renew": True,
}
NEW_CHURN: Mapping[str, Any] = {
    **dict.fromkeys(CHURN_COLUMNS),
    "reason": ChurnReason.UNKNOWN,
    "comment": "",
    "reactivation": False,
}


def upsert_subscriptions(
    workspace: Workspace | UUID,
    rows: Sequence[SubscriptionIn],
    *,
    by: Member | None,
    now: datetime,
    dry_run: bool = False,
) -> list[RowResult]:
    """One result per row, in their order (`line` is its index); a dry run writes nothing."""
    home = workspace_itself(workspace)
    defaults = {**NEW_SUBSCRIPTION, "currency": home.currency}
    results: list[RowResult] = []
    for start in range(0, len(rows), UPSERT_ROWS):
        part = rows[start : start + UPSERT_ROWS]
        batch = UpsertBatch(
            home, Subscription, columns=SUBSCRIPTION_COLUMNS, unsaid=UNSET, offset=start
        )
        known = _known_accounts(home, part)
        batch.settle(
            part,
            defaults=defaults,
            judge=lambda wanted, said, known=known: (  # type: ignore[misc]
                _unknown_account(wanted, said, known=known) or _judge_terms(wanted)
            ),
        )
        results += batch.results
        if batch and not dry_run:
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
    home = workspace_itself(workspace)
    defaults = {**NEW_CHURN, "currency": home.currency}
    results: list[RowResult] = []
    for start in range(0, len(rows), UPSERT_ROWS):
        part = rows[start : start + UPSERT_ROWS]
        batch = UpsertBatch(home, ChurnEvent, columns=CHURN_COLUMNS, unsaid=UNSET, offset=start)
        known = _known_accounts(home, part)
        batch.settle(
            part,
            defaults=defaults,
            judge=lambda wanted, said, known=known: (  # type: ignore[misc]
                _unknown_account(wanted, said, known=known) or _judge_goodbye(wanted)
            ),
        )
        results += batch.results
        if batch and not dry_run:
            _store_churn(batch, by=by, now=now)
    return results


def _known_accounts(workspace: Workspace, rows: Sequence[Any]) -> Collection[UUID]:
    """Which of the accounts that the rows name are of this workspace; one query."""
    named = {row.account_id for row in rows if row.account_id is not UNSET}
    return account_ids_among(workspace, named)


def _unknown_account(
    wanted: Mapping[str, Any], said: Mapping[str, Any], *, known: Collection[UUID]
) -> RowProblem | None:
    if wanted["account_id"] in known or ("account_id" not in said and wanted["account_id"]):
        return None
    return RowProblem("unknown_account", _("No account of this workspace has that id."), "account")


def _judge_terms(wanted: Mapping[str, Any]) -> RowProblem | None:
    if wanted["started_on"] is None:
        return RowProblem("no_start", _("A subscription needs the day it started."), "started_on")
    problem = problem_in(wanted, currencies=wording.known_currencies())
    if problem is None:
        return None
    kind, column = problem
    found = str(wanted[column])[:60]
    return RowProblem(str(kind), str(wording.PROBLEMS[kind]), column, found)


def _judge_goodbye(wanted: Mapping[str, Any]) -> RowProblem | None:
    if wanted["churned_on"] is None:
        return RowProblem("no_day", _("A goodbye needs its day."), "churned_on")
    if wanted["currency"] not in wording.known_currencies():
        kind = TermsProblem.UNKNOWN_CURRENCY
        found = str(wanted["currency"])[:60]
        return RowProblem(str(kind), str(wording.PROBLEMS[kind]), "currency", found)
    if not 0 <= (wanted["refund_minor"] or 0) <= LARGEST_AMOUNT:
        return RowProblem("wrong_refund", _("A refund is a positive amount."), "refund_minor")
    return None


@transaction.atomic
def _store_subscriptions(batch: UpsertBatch, *, by: Member | None, now: datetime) -> None:
    workspace = batch.workspace
    if batch.created:
        numbers = reserve_numbers(workspace, "S", count=len(batch.created))
        for row, number in zip(batch.created, numbers, strict=True):
            row.number = number
    batch.store(now=now)
    record(by, "upserted subscriptions", workspace, **batch.counts())
    ids = tuple(batch.touched)
    announce(SubscriptionsUpserted(workspace_id=workspace.pk, account_ids=ids))
    tell_money(workspace, account_ids=ids, now=now)


@transaction.atomic
def _store_churn(batch: UpsertBatch, *, by: Member | None, now: datetime) -> None:
    batch.store(now=now)
    record(by, "upserted churn", batch.workspace, **batch.counts())
    ids = tuple(batch.touched)
    announce(ChurnUpserted(workspace_id=batch.workspace.pk, account_ids=ids))


@transaction.atomic
def undo_subscription_upsert(
    workspace: Workspace | UUID, changes: Sequence[Change], *, by: Member | None, now: datetime
) -> UndoResult:
    """Created subscriptions gone and changed ones as before, except what people changed since."""
    home = workspace_itself(workspace)
    result, touched = undone_rows(
        home, Subscription, changes, columns=SUBSCRIPTION_COLUMNS, now=now
    )
    record(by, "undid subscriptions", home, undone=result.undone, kept=len(result.kept))
    announce(SubscriptionsUpserted(workspace_id=home.pk, account_ids=tuple(touched)))
    tell_money(home, account_ids=touched, now=now)
    return result


@transaction.atomic
def undo_churn_upsert(
    workspace: Workspace | UUID, changes: Sequence[Change], *, by: Member | None, now: datetime
) -> UndoResult:
    """Created goodbyes gone and changed ones as before, except what people changed since."""
    home = workspace_itself(workspace)
    result, touched = undone_rows(home, ChurnEvent, changes, columns=CHURN_COLUMNS, now=now)
    record(by, "undid churn", home, undone=result.undone, kept=len(result.kept))
    announce(ChurnUpserted(workspace_id=home.pk, account_ids=tuple(touched)))
    return result
