"""Asking about promised times and the clocks that run because of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.accounts import accounts_with_ids, tags_of_all
from vereda.foundation.criteria import one_of_many
from vereda.foundation.scoping import found
from vereda.support.contracts import Clock
from vereda.support.models.promises import BusinessHours, SlaClock, SlaPolicy, SlaPolicyRows
from vereda.support.models.tickets import Ticket
from vereda.support.rules.policies import AskedOf

if TYPE_CHECKING:
    from vereda.foundation.scoping import OwnedRows
    from vereda.workspaces.models import Workspace


def policies_in_force(workspace: Workspace | UUID) -> SlaPolicyRows:
    """The promises that new tickets come under, in the order in which they are asked."""
    return SlaPolicy.objects.of(workspace).in_force().select_related("hours")


def policy_with_id(workspace: Workspace | UUID, policy_id: UUID) -> SlaPolicy:
    """The promise with that id that is in force, or `Missing`."""
    return found(policies_in_force(workspace).filter(pk=policy_id))


def all_business_hours(workspace: Workspace | UUID) -> OwnedRows[BusinessHours]:
    """Every set of business hours, by name."""
    return BusinessHours.objects.of(workspace).order_by("name")


def business_hours_with_id(workspace: Workspace | UUID, hours_id: UUID) -> BusinessHours:
    """The business hours with that id, or `Missing`."""
    return found(BusinessHours.objects.of(workspace).filter(pk=hours_id))


def clocks_of_tickets(
    workspace: Workspace | UUID, ticket_ids: Collection[UUID]
) -> dict[UUID, dict[Clock, SlaClock]]:
    """The clocks of each of these tickets, the first response first; one query."""
    rows = SlaClock.objects.of(workspace).filter(one_of_many(ticket_ids, column="ticket"))
    told: dict[UUID, dict[Clock, SlaClock]] = defaultdict(dict)
    for row in sorted(rows.select_related("policy__hours"), key=lambda each: each.clock == "fix"):
        told[row.ticket_id][Clock(row.clock)] = row
    return told


def asked_of_accounts(
    workspace: Workspace | UUID, tickets: Collection[Ticket]
) -> dict[UUID, AskedOf]:
    """What policies ask about the account of each ticket, by account; two queries."""
    ids = {ticket.account_id for ticket in tickets}
    accounts, tags = accounts_with_ids(workspace, ids), tags_of_all(workspace, ids)
    return {
        pk: AskedOf(plan=account.plan, tags=frozenset(tag.slug for tag in tags[pk]))
        for pk, account in accounts.items()
    }
