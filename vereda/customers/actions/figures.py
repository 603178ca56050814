"""What capabilities above tell an account, so that lists sort and filter without asking them.

Nobody types these; they are no edit: no version and no audit line. That money or health changed is
announced here; `events` announces it of activity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.customers.contracts import (
    ActivityFigures,
    FiguresNoted,
    HealthFigures,
    MoneyFigures,
)
from vereda.customers.models.accounts import Account
from vereda.foundation.facts import announce
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

_BATCH = 1_000


@transaction.atomic
def note_money(workspace: Workspace | UUID, *, figures: Mapping[UUID, MoneyFigures]) -> int:
    """Keep what `revenue` says about these accounts; answers how many differ from before."""
    told = {account_id: asdict(said) for account_id, said in figures.items()}
    return _keep_and_tell(workspace, told)


@transaction.atomic
def note_activity(
    workspace: Workspace | UUID, *, figures: Mapping[UUID, ActivityFigures]
) -> list[UUID]:
    """Keep what `events` says about these accounts; answers which differ from before."""
    told = {
        account_id: {**asdict(said), "usage_8w": list(said.usage_8w)}
        for account_id, said in figures.items()
    }
    return _keep_figures(workspace, told)


@transaction.atomic
def note_health(workspace: Workspace | UUID, *, figures: Mapping[UUID, HealthFigures]) -> int:
    """Keep what `health` says about these accounts; answers how many differ from before."""
    told = {account_id: asdict(said) for account_id, said in figures.items()}
    return _keep_and_tell(workspace, told)


def _keep_and_tell(workspace: Workspace | UUID, told: Mapping[UUID, Mapping[str, object]]) -> int:
    changed = _keep_figures(workspace, told)
    for start in range(0, len(changed), _BATCH):
        part = tuple(changed[start : start + _BATCH])
        announce(FiguresNoted(workspace_id=id_of(workspace), account_ids=part))
    return len(changed)


def _keep_figures(
    workspace: Workspace | UUID, told: Mapping[UUID, Mapping[str, object]]
) -> list[UUID]:
    """Write only what changed: most nights most accounts say what they said before."""
    ids, changed = list(told), list[UUID]()
    for start in range(0, len(ids), _BATCH):
        names = list(told[ids[start]])
        rows = Account.objects.of(workspace).only("workspace", *names)
        rows = rows.filter(pk__in=ids[start : start + _BATCH])
        different = [row for row in rows if _take_figures(row, told[row.pk])]
        if different:
            Account.objects.of(workspace).bulk_update(different, names)
        changed += [row.pk for row in different]
    return changed


def _take_figures(account: Account, told: Mapping[str, object]) -> bool:
    different = any(getattr(account, name) != value for name, value in told.items())
    for name, value in told.items():
        setattr(account, name, value)
    return different
