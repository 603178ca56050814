"""What outcomes offer to scores: whether the customer gets what they came for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from vereda.foundation.inputs import Better, Input, InputUnit, Reading
from vereda.outcomes.contracts import OPEN_STATES, OutcomeState
from vereda.outcomes.queries.outcomes import OutcomeView
from vereda.outcomes.queries.past import views_known

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

GROUP: Final = _("Value")
GOOD: Final = frozenset({OutcomeState.ON_THE_WAY, OutcomeState.REACHED, OutcomeState.VERIFIED})
BAD: Final = frozenset({OutcomeState.BEHIND, OutcomeState.NOT_VERIFIED})
JUDGED: Final = frozenset({OutcomeState.VERIFIED, OutcomeState.NOT_VERIFIED})

ON_THE_WAY = Input(
    name="outcomes.on_the_way",
    label=_("Promised benefits on the way or verified"),
    group=GROUP,
    unit=InputUnit.SHARE,
    better=Better.MORE,
    says=_("The share of those of which something is known: neither just promised nor unknown."),
    tab="value",
)
VERIFIED = Input(
    name="outcomes.verified",
    label=_("Promised benefits verified"),
    group=GROUP,
    unit=InputUnit.SHARE,
    better=Better.MORE,
    says=_("The share of those about which somebody said whether they came true."),
    tab="value",
)
DAYS_BEHIND = Input(
    name="outcomes.days_behind",
    label=_("Days the latest promised benefit is behind"),
    group=GROUP,
    unit=InputUnit.DAYS,
    better=Better.LESS,
    says=_("How many days of its line the open benefit lacks that lacks most."),
    tab="value",
)
INPUTS: Final = (ON_THE_WAY, VERIFIED, DAYS_BEHIND)


class OutcomeInputs:
    """How the promised benefits of each account stand."""

    def inputs(self, workspace: Workspace) -> Sequence[Input]:
        """Three, the same in every workspace."""
        del workspace
        return INPUTS

    def readings(
        self,
        workspace: Workspace,
        *,
        names: Collection[str],
        account_ids: Collection[UUID],
        on: date,
    ) -> Mapping[str, Mapping[UUID, Reading]]:
        """What was known at the end of that day; accounts of which nothing was are left out."""
        wanted = {each.name for each in INPUTS} & set(names)
        if not wanted:
            return {}
        before = datetime.combine(on + timedelta(days=1), time.min, UTC)
        by_account: dict[UUID, list[OutcomeView]] = defaultdict(list)
        for view in views_known(workspace, account_ids, on=on, before=before):
            if view.state is not OutcomeState.DROPPED:
                by_account[view.outcome.account_id].append(view)
        told: dict[str, dict[UUID, Reading]] = {name: {} for name in wanted}
        for account_id, views in by_account.items():
            for name, value in _values(views).items():
                if name in wanted and value is not None:
                    told[name][account_id] = Reading(value, on)
        return told


def _values(views: Sequence[OutcomeView]) -> dict[str, float | None]:
    states = [view.state for view in views]
    behind = [
        view.standing.days_behind
        for view in views
        if view.state in OPEN_STATES and view.standing.days_behind is not None
    ]
    return {
        ON_THE_WAY.name: _share(
            sum(state in GOOD for state in states), of=sum(state in GOOD | BAD for state in states)
        ),
        VERIFIED.name: _share(
            sum(state is OutcomeState.VERIFIED for state in states),
            of=sum(state in JUDGED for state in states),
        ),
        DAYS_BEHIND.name: float(max(behind)) if behind else None,
    }


def _share(part: int, *, of: int) -> float | None:
    return part / of if of else None
