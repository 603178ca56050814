"""What customers lets an audience ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vereda.customers.criteria.fields import field_criteria, of_their_account
from vereda.customers.criteria.standing import OF_ACCOUNTS, OF_PEOPLE
from vereda.customers.queries.lists import account_question, person_question
from vereda.foundation.clock import now
from vereda.foundation.criteria import About, Criterion

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


class CustomersCriteria:
    """Fields of accounts and people, stages, health, relationships, and people's accounts."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:
        """What can be asked; a query for the custom fields of accounts, another for people's."""
        today = now().date()
        accounts = account_question(workspace, today=today)
        of_accounts = [*field_criteria(accounts, about=About.ACCOUNTS), *OF_ACCOUNTS]
        if about is About.ACCOUNTS:
            return of_accounts
        people = person_question(workspace, today=today)
        own = [*field_criteria(people, about=About.PEOPLE), *OF_PEOPLE]
        return [*own, *(of_their_account(each) for each in of_accounts)]
