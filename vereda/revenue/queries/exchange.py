"""The exchange rates of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vereda.foundation.scoping import OwnedRows, found
from vereda.revenue.models import ExchangeRate
from vereda.revenue.rules.exchange import RateBook, rate_book

if TYPE_CHECKING:
    from uuid import UUID

    from vereda.workspaces.models import Workspace


def rates_of(workspace: Workspace) -> RateBook:
    """All rates into the workspace's currency; one query."""
    told = exchange_rates(workspace).values_list("currency", "on", "rate")
    return rate_book(workspace.currency, told)


def exchange_rates(workspace: Workspace) -> OwnedRows[ExchangeRate]:
    """The rates into the workspace's currency, unordered."""
    return ExchangeRate.objects.of(workspace).filter(home=workspace.currency)


def exchange_rate_with_id(workspace: Workspace, rate_id: UUID) -> ExchangeRate:
    """The rate with that id, or `Missing`."""
    return found(exchange_rates(workspace).filter(pk=rate_id))
