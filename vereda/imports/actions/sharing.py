"""What a chunk of rows brought to each account, added up for the accounts' timelines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.importing import Outcome
from vereda.foundation.many_rows import NewRows
from vereda.imports.actions.working import ACCOUNTS, Verdict
from vereda.imports.models import Import, ImportShare

if TYPE_CHECKING:
    from vereda.foundation.scoping import OwnedRows

WRITTEN = (Outcome.CREATED, Outcome.UPDATED)


def share_out(run: Import, verdicts: Iterable[Verdict]) -> None:
    """Add what was written for each account; three queries at most, in the caller's transaction."""
    counts = written_for_accounts(run.kind, verdicts)
    accounts = {account for account, _outcome in counts}
    known = {row.account_id: row for row in shares_of(run).filter(account__in=accounts)}
    for account, row in known.items():
        row.created += counts[account, Outcome.CREATED]
        row.updated += counts[account, Outcome.UPDATED]
    shares_of(run).bulk_update(known.values(), ["created", "updated"])
    new = NewRows(ImportShare, workspace_id=run.workspace_id, import_run_id=run.pk)
    shares_of(run).bulk_create(
        new.make(
            account_id=account,
            created=counts[account, Outcome.CREATED],
            updated=counts[account, Outcome.UPDATED],
        )
        for account in accounts - known.keys()
    )


def written_for_accounts(kind: str, verdicts: Iterable[Verdict]) -> Counter[tuple[UUID, Outcome]]:
    """How many rows are new, and how many changed, by account; rows of none are left out."""
    counts: Counter[tuple[UUID, Outcome]] = Counter()
    for verdict in verdicts:
        if verdict.outcome in WRITTEN and (account := account_of_verdict(kind, verdict)):
            counts[account, verdict.outcome] += 1
    return counts


def account_of_verdict(kind: str, verdict: Verdict) -> UUID | None:
    """The account that the row is, or belongs to."""
    if kind == ACCOUNTS:
        return verdict.result.object_id if verdict.result else None
    return verdict.account_id


def shares_of(run: Import) -> OwnedRows[ImportShare]:
    """What the import brought to accounts so far."""
    return ImportShare.objects.of(run.workspace_id).filter(import_run=run)
