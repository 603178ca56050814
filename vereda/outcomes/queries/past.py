"""Where outcomes stood on a day of the past, by what was known at its end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vereda.foundation.criteria import one_of_many
from vereda.outcomes.models.outcomes import Amendment, Outcome
from vereda.outcomes.queries.outcomes import OutcomeView, outcome_views

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

LINE: Final = ("baseline", "target", "out_of_box", "starts_on", "due_on")


def views_known(
    workspace: Workspace, account_ids: Collection[UUID], *, on: date, before: datetime
) -> list[OutcomeView]:
    """The outcomes of these accounts as of that day, by what was written down before an instant.

    A promise that was moved later stands as it was; what was dropped later was pursued. Four
    queries.
    """
    rows = Outcome.objects.of(workspace).filter(
        one_of_many(account_ids, column="account"), recorded_at__lt=before, promised_on__lte=on
    )
    outcomes = list(rows.order_by("number"))
    _move_back(workspace, outcomes, before=before)
    for row in outcomes:
        if row.dropped_at is not None and row.dropped_at >= before:
            row.dropped_at = None
    return outcome_views(workspace, outcomes, today=on, known_before=before)


def _move_back(workspace: Workspace, outcomes: Collection[Outcome], *, before: datetime) -> None:
    """Let each row say what its promise was then: what the first later amendment kept."""
    later = Amendment.objects.of(workspace).filter(
        one_of_many([row.pk for row in outcomes], column="outcome"), at__gte=before
    )
    first: dict[UUID, Amendment] = {}
    for amendment in later.order_by("at", "id"):
        first.setdefault(amendment.outcome_id, amendment)
    for row in outcomes:
        if (amendment := first.get(row.pk)) is not None:  # type: ignore[assignment]
            for name in LINE:
                setattr(row, name, getattr(amendment, name))
