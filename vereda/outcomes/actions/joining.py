"""News of promised benefits told together: what a load says of many, as few facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from vereda.foundation.facts import parts_told
from vereda.outcomes.contracts import (
    OutcomeMeasured,
    OutcomeNotVerified,
    OutcomePromised,
    OutcomesMeasured,
    OutcomeVerified,
)

OfOne: TypeAlias = OutcomePromised | OutcomeMeasured | OutcomeVerified | OutcomeNotVerified


def joined_outcomes(facts: Sequence[OfOne]) -> Iterator[OutcomesMeasured]:
    """Of which accounts a benefit stands otherwise: whoever listens looks at them again.

    What hangs on a single verdict (milestones of plans) whoever joins has to see to.
    """
    for workspace_id, ids in parts_told((fact.workspace_id, [fact.account_id]) for fact in facts):
        yield OutcomesMeasured(workspace_id=workspace_id, account_ids=ids)
