"""What capabilities above tell an account, so that lists sort and filter without asking them.

Nobody types these; they are no edit: no version and no audit line. That money or health changed is
announced here; `events` announces it of activity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction

from vereda.customers.contracts import (
    ActivityFigures,
    FiguresNoted,
    HealthFigures,
    MoneyFigures,
)
from vereda.customers.models.accounts import Account
from vereda.foundation.criteria import one_of_many
from vereda.foundation.facts import announce
from vereda.foundation.many_rows import NewRows
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

_BATCH: Final = 1_000
MONEY, ACTIVITY, HEALTH = (
    tuple(field.name for field in fields(kind))
    for kind in (MoneyFigures, ActivityFigures, HealthFigures)
)


@transaction.atomic
def note_money(workspace: Workspace | UUID, *, figures: Mapping[UUID, MoneyFigures]) -> int:
    """Keep what `revenue` says about these accounts; answers how many differ from before."""
    return _keep_and_tell(workspace, figures, names=MONEY)


@transaction.atomic
def note_activity(
    workspace: Workspace | UUID, *, figures: Mapping[UUID, ActivityFigures]
) -> list[UUID]:
    """Keep what `events` says about these accounts; answers which differ from before."""
    return _keep_figures(workspace, figures, names=ACTIVITY)


@transaction.atomic
def note_health(workspace: Workspace | UUID, *, figures: Mapping[UUID, HealthFigures]) -> int:
    """Keep what `health` says about these accounts; answers how many differ from before."""
    return _keep_and_tell(workspace, figures, names=HEALTH)


def _keep_and_tell(
    workspace: Workspace | UUID, figures: Mapping[UUID, object], *, names: Sequence[str]
) -> int:
    changed = _keep_figures(workspace, figures, names=names)
    for start in range(0, len(changed), _BATCH):
        part = tuple(changed[start : start + _BATCH])
        announce(FiguresNoted(workspace_id=id_of(workspace), account_ids=part))
    return len(changed)


def _keep_figures(
    workspace: Workspace | UUID, figures: Mapping[UUID, object], *, names: Sequence[str]
) -> list[UUID]:
    """Write only what changed: most nights most accounts say what they said before."""
    ids, changed = list(figures), list[UUID]()
    told_by = attrgetter(*names)
    made = NewRows(Account, workspace_id=id_of(workspace))
    for start in range(0, len(ids), _BATCH):
        rows = Account.objects.of(workspace).filter(one_of_many(ids[start : start + _BATCH]))
        different = []
        for account_id, *held in rows.values_list("pk", *names):
            said = list(map(_as_stored, told_by(figures[account_id])))
            if held != said:
                different.append(made.make(id=account_id, **dict(zip(names, said, strict=True))))
        if different:
            Account.objects.of(workspace).bulk_update(different, names)
        changed += [row.pk for row in different]
    return changed


def _as_stored(value: Any) -> Any:
    """JSON knows lists only."""
    return list(value) if isinstance(value, tuple) else value
