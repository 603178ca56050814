"""Makers for tests: `a_ticket(account)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vereda.foundation.testing import MORNING
from vereda.support.actions.tickets import open_ticket
from vereda.support.models.tickets import Ticket

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account


def a_ticket(account: Account, **said: Any) -> Ticket:
    """A ticket of the account, opened this morning."""
    wanted = {"subject": "Exporting takes minutes", "opened_at": MORNING, **said}
    return open_ticket(account, by=None, now=MORNING, **wanted)
