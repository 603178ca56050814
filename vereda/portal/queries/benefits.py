"""What a visitor reads about promised benefits, and which of them are theirs to speak about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.errors import Missing
from vereda.outcomes.queries.outcomes import outcome_with_key

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.outcomes.models.outcomes import Outcome
    from vereda.workspaces.models import Workspace


def visitors_account(accounts: Sequence[Account], key: str) -> Account:
    """The one of their accounts with that key, or the first by name where none is named; `Missing`
    for any other, and for who is in none."""
    held = sorted(accounts, key=lambda account: (account.name, account.number))
    for account in held:
        if key in ("", account.key):
            return account
    raise Missing(key[:40])


def visitors_benefit(workspace: Workspace, key: str, *, account_ids: Collection[UUID]) -> Outcome:
    """The benefit with that key, if it was promised to an account they are in; `Missing` else."""
    outcome = outcome_with_key(workspace, key)
    if outcome.account_id not in account_ids:
        raise Missing
    return outcome
