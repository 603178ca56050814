"""What health itself offers to scores: the opinion of whoever looks after the account."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from vereda.foundation.criteria import one_of_many
from vereda.foundation.inputs import Better, Input, InputUnit, Reading
from vereda.health.contracts import PULSE_FRESH_DAYS, PULSE_INPUT
from vereda.health.models.pulses import Pulse

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

OPINION = Input(
    name=PULSE_INPUT,
    label=_("Our opinion"),
    group=_("Opinion"),
    unit=InputUnit.POINTS,
    better=Better.MORE,
    says=_("From 1, worried, to 5, delighted. It counts for 90 days."),
    fresh_days=PULSE_FRESH_DAYS,
    tab="overview",
)


class OpinionInputs:
    """The latest opinion of each account."""

    def inputs(self, workspace: Workspace) -> Sequence[Input]:
        """One, the same in every workspace."""
        del workspace
        return [OPINION]

    def readings(
        self,
        workspace: Workspace,
        *,
        names: Collection[str],
        account_ids: Collection[UUID],
        on: date,
    ) -> Mapping[str, Mapping[UUID, Reading]]:
        """The latest given up to the end of that day, however old: it grows stale by itself."""
        if PULSE_INPUT not in names:
            return {}
        until = datetime.combine(on + timedelta(days=1), time.min, UTC)
        rows = Pulse.objects.of(workspace).filter(
            one_of_many(account_ids, column="account"), at__lt=until
        )
        told = rows.order_by("at", "pk").values_list("account_id", "value", "at")
        return {
            PULSE_INPUT: {
                account_id: Reading(float(value), at.date()) for account_id, value, at in told
            }
        }
