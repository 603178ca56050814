"""What adoption tells about accounts, for scores and backtests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from vereda.adoption.models import Adoption, Purchase
from vereda.foundation.criteria import one_of_many
from vereda.foundation.inputs import Better, Input, InputUnit, Reading

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

DAYS_TO_FIRST_USE: Final = "adoption.days_to_first_use"
FEATURES_BEGUN: Final = "adoption.features_begun"
AT_ONCE: Final = 1_000


class AdoptionInputs:
    """How soon an account began, and with how much of what is offered."""

    def inputs(self, workspace: Workspace) -> Sequence[Input]:  # noqa: ARG002 - always the same
        """Days to the first use, features used so far."""
        return (
            Input(
                name=DAYS_TO_FIRST_USE,
                label=_("Days to first use"),
                group=_("Adoption"),
                unit=InputUnit.DAYS,
                better=Better.LESS,
                says=_("From the first purchase to the first use; so far, where there is none."),
                tab="usage",
            ),
            Input(
                name=FEATURES_BEGUN,
                label=_("Features begun"),
                group=_("Adoption"),
                unit=InputUnit.NUMBER,
                better=Better.MORE,
                says=_("Features that were ever used, of those with events."),
                tab="usage",
            ),
        )

    def readings(
        self,
        workspace: Workspace,
        *,
        names: Collection[str],
        account_ids: Collection[UUID],
        on: date,
    ) -> Mapping[str, Mapping[UUID, Reading]]:
        """As it was known at the end of that day; two queries per thousand accounts."""
        told: dict[str, dict[UUID, Reading]] = {}
        ids = list(account_ids)
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            if DAYS_TO_FIRST_USE in names:
                told.setdefault(DAYS_TO_FIRST_USE, {}).update(_first_days(workspace, part, on=on))
            if FEATURES_BEGUN in names:
                told.setdefault(FEATURES_BEGUN, {}).update(_begun(workspace, part, on=on))
        return told


def _first_days(
    workspace: Workspace, account_ids: Collection[UUID], *, on: date
) -> dict[UUID, Reading]:
    here = one_of_many(account_ids, column="account_id")
    sold: dict[UUID, date] = {}
    rows = Purchase.objects.of(workspace).filter(here, sold_on__lte=on)
    for account_id, sold_on in rows.values_list("account_id", "sold_on"):
        sold[account_id] = min(sold_on, sold.get(account_id, sold_on))
    used = Adoption.objects.of(workspace).filter(here, product=None)
    first = {
        account_id: at.date()
        for account_id, at in used.values_list("account_id", "first_use_at")
        if at.date() <= on
    }
    return {
        account_id: Reading(
            value=float(max(0, (first.get(account_id, on) - day).days)),
            as_of=first.get(account_id, on),
        )
        for account_id, day in sold.items()
    }


def _begun(workspace: Workspace, account_ids: Collection[UUID], *, on: date) -> dict[UUID, Reading]:
    before = datetime.combine(on + timedelta(days=1), time(), tzinfo=UTC)
    rows = Adoption.objects.of(workspace).filter(
        one_of_many(account_ids, column="account_id"), first_use_at__lt=before
    )
    counts: Counter[UUID] = Counter()
    for account_id, feature_id in rows.values_list("account_id", "feature_id"):
        counts[account_id] += feature_id is not None
    return {
        account_id: Reading(value=float(count), as_of=on) for account_id, count in counts.items()
    }
