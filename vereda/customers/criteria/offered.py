"""What customers lets an audience ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from vereda.customers.criteria.fields import field_criteria, of_their_account
from vereda.customers.criteria.standing import OF_ACCOUNTS, OF_PEOPLE
from vereda.customers.queries.lists import account_question, person_question
from vereda.foundation.clock import now
from vereda.foundation.criteria import About, Criterion
from vereda.foundation.zones import day_where

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


TOLD_HERE: Final = frozenset({"customers.health", *(each.name for each in OF_ACCOUNTS)})
"""Fields of the lists that `standing` asks about in its own way; nothing is offered twice."""


class CustomersCriteria:
    """Fields of accounts and people, stages, health, relationships, and people's accounts."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:
        """What can be asked; a query for the custom fields of accounts, another for people's."""
        today = day_where(now(), workspace.time_zone)
        accounts = account_question(workspace, today=today)
        fields = field_criteria(accounts, about=About.ACCOUNTS)
        of_accounts = [*(each for each in fields if each.name not in TOLD_HERE), *OF_ACCOUNTS]
        if about is About.ACCOUNTS:
            return of_accounts
        people = person_question(workspace, today=today)
        own = [*field_criteria(people, about=About.PEOPLE), *OF_PEOPLE]
        return [*own, *(of_their_account(each) for each in of_accounts)]
