"""Makers for tests: `a_ticket(account)`, `a_policy(company)`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from vereda.foundation.testing import MORNING
from vereda.foundation.working_hours import AROUND_THE_CLOCK
from vereda.support.actions.commitments import commit_to
from vereda.support.actions.outages import put_outage
from vereda.support.actions.promises import publish_policy, put_business_hours
from vereda.support.actions.tickets import open_ticket
from vereda.support.contracts import Clock, Extent, Priority
from vereda.support.models.commitments import Commitment
from vereda.support.models.outages import Outage
from vereda.support.models.promises import BusinessHours, SlaPolicy
from vereda.support.models.tickets import Ticket

if TYPE_CHECKING:
    from conftest import Company
    from vereda.customers.models.accounts import Account

FOUR_HOURS = {Clock.FIRST_RESPONSE: 60, Clock.FIX: 240}


def a_ticket(account: Account, **said: Any) -> Ticket:
    """A ticket of the account, opened this morning."""
    wanted = {"subject": "Exporting takes minutes", "opened_at": MORNING, **said}
    return open_ticket(account, by=None, now=MORNING, **wanted)


def some_hours(company: Company, *, name: str = "Always", **said: Any) -> BusinessHours:
    """Business hours around the clock, unless said."""
    wanted: dict[str, Any] = {
        "time_zone": "UTC",
        "spans": AROUND_THE_CLOCK,
        "holidays": (),
        **said,
    }
    return put_business_hours(company.workspace, None, name=name, by=company.admin, **wanted)


def a_policy(company: Company, *, hours: BusinessHours | None = None, **said: Any) -> SlaPolicy:
    """Every ticket is answered within an hour and fixed within four; a warning at 75 %."""
    wanted: dict[str, Any] = {
        "name": "Everybody",
        "targets": dict.fromkeys(Priority, FOUR_HOURS),
        "warn_percent": 75,
        "now": MORNING,
        **said,
    }
    return publish_policy(
        company.workspace, None, hours=hours or some_hours(company), by=company.admin, **wanted
    )


def a_commitment(*tickets: Ticket, promise: str = "A faster export", **said: Any) -> Commitment:
    """Engineering's word about these tickets, due in three days."""
    wanted: dict[str, Any] = {
        "team": "Engineering",
        "due_at": MORNING + timedelta(days=3),
        "by": None,
        "now": MORNING,
        **said,
    }
    return commit_to(tickets, promise=promise, **wanted)


def an_outage(company: Company, *, service: str = "Export", **said: Any) -> Outage:
    """Two hours this morning in which nothing could be exported."""
    wanted: dict[str, Any] = {
        "extent": Extent.FULL,
        "started_at": MORNING - timedelta(hours=3),
        "ended_at": MORNING - timedelta(hours=1),
        "product": None,
        "cause": "",
        "published_at": None,
        "published_how": "",
        **said,
    }
    return put_outage(
        company.workspace, None, by=company.member, now=MORNING, service=service, **wanted
    )
