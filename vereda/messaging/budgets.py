"""The weekly budget, for capabilities below that write to people themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from vereda.messaging.queries.people import people_with_full_week


class WeeklyBudget:
    """Nobody gets more letters in a week than the workspace allows, whoever writes them."""

    def reached_by(
        self, workspace_id: UUID, person_ids: Collection[UUID], *, now: datetime
    ) -> set[UUID]:
        """Those whose week is full."""
        return people_with_full_week(workspace_id, person_ids, now=now)
