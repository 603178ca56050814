"""How much somebody is written to already, over all capabilities.

Whoever writes to people asks here before a letter leaves. The capability that counts all letters
may stand above it: it offers a `LetterBudget`, and `config/wiring.py` lists it in LETTER_BUDGETS.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from importlib import import_module
from typing import Protocol
from uuid import UUID

from django.conf import settings


class LetterBudget(Protocol):
    """A limit to how much one person is written to."""

    def reached_by(
        self, workspace_id: UUID, person_ids: Collection[UUID], *, now: datetime
    ) -> set[UUID]:
        """Those of these people to whom no further letter leaves now; a constant number of
        queries."""
        ...


def people_written_enough(
    workspace_id: UUID, person_ids: Collection[UUID], *, now: datetime
) -> set[UUID]:
    """Those of these people to whom no further letter leaves now, by any of the limits."""
    name = "LETTER_BUDGETS"
    budgets: Sequence[LetterBudget] = getattr(import_module(settings.VEREDA_WIRING), name, ())
    if not person_ids:
        return set()
    return set().union(
        *(budget.reached_by(workspace_id, person_ids, now=now) for budget in budgets)
    )
