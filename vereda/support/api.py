"""Tickets for programs."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from vereda.customers.contracts import UNSET
from vereda.customers.queries.accounts import account_with_key, accounts_by_key
from vereda.customers.queries.people import people_by_external_id, person_with_key
from vereda.foundation.api import (
    BearerRequest,
    PageAsked,
    PageOf,
    endpoint,
    stale_is_412,
    version_expected,
)
from vereda.foundation.api_fields import MOST_ROWS, Body, Count, Instant, Named, Text
from vereda.foundation.api_rows import RowsOut, numbers_in, rows_shown
from vereda.foundation.clock import now
from vereda.foundation.paging import slice_of
from vereda.support.actions.states import note_ticket_states
from vereda.support.actions.tickets import edit_ticket, open_ticket
from vereda.support.actions.upserts import upsert_tickets
from vereda.support.contracts import (
    Clock,
    MoveKind,
    Priority,
    TicketIn,
    TicketState,
    TicketStateIn,
)
from vereda.support.models.tickets import Ticket
from vereda.support.queries.history import history_of_ticket
from vereda.support.queries.promises import clocks_of_tickets
from vereda.support.queries.tickets import ORDERS, all_tickets, keys_of_tickets, ticket_with_key
from vereda.workspaces.actions.turns import hold_upserts

router = Router(tags=["tickets"])
NOBODY = UUID(int=0)
"""An id that no person has: a row that names somebody unknown is refused for it."""

Satisfaction = Annotated[int, Field(ge=1, le=5)]
State = Annotated[TicketState, Field(strict=False)]


class TicketFields(Body):
    """What can be said about a ticket. What is left out stays as it is."""

    subject: Text = Field("", max_length=300)
    priority: Annotated[Priority, Field(strict=False)] = Priority.NORMAL
    state: State = TicketState.OPEN
    first_response_at: Instant | None = None
    resolved_at: Instant | None = None
    satisfaction: Satisfaction | None = Field(None, description="From 1 to 5")
    escalated: bool = False
    sla_met: bool | None = None


class TicketChange(TicketFields):
    """Other words for a ticket; `person` is a key."""

    person: Text | None = Field(None, max_length=20)


class TicketNew(TicketChange):
    """A ticket; opened now unless said."""

    account: Named = Field(max_length=20, description="The account's key, as A-12")
    external_id: Text = Field("", max_length=200)
    opened_at: Instant | None = None


class TicketRow(TicketFields):
    """One ticket of many, known by its external id; `person` is an external id here."""

    external_id: Named = Field(max_length=200)
    account: Named = Field("", max_length=20)
    person: Text | None = Field(None, max_length=200)
    opened_at: Instant | None = None
    reopen_count: Count = 0


class TicketRows(Body):
    """Up to 500 tickets."""

    rows: list[TicketRow] = Field(min_length=1, max_length=MOST_ROWS)


class StateRow(Body):
    """That a ticket, known by its external id, was in a state at a time."""

    external_id: Named = Field(max_length=200)
    state: State
    at: Instant


class StateRows(Body):
    """Up to 500 states, those of one ticket in their order."""

    rows: list[StateRow] = Field(min_length=1, max_length=MOST_ROWS)


class TicketsAsked(PageAsked):
    """Those of one account or of all, in one state or in any."""

    account: Text = Field("", max_length=20)
    state: TicketState | None = None


class TicketOut(Schema):
    """A ticket and its times."""

    key: str
    account: str
    person: str | None
    external_id: str
    subject: str
    priority: Priority
    state: TicketState
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    reopen_count: int
    satisfaction: int | None
    escalated: bool
    sla_met: bool | None
    due_at: datetime | None = Field(description="When the next promised time is up")
    assignee: str | None = Field(description="The e-mail address of who has it")
    version: int

    @staticmethod
    def resolve_account(row: Ticket) -> str:
        """The account's key."""
        return row.account.key

    @staticmethod
    def resolve_person(row: Ticket) -> str | None:
        """The key of who asked."""
        return row.person.key if row.person else None

    @staticmethod
    def resolve_assignee(row: Ticket) -> str | None:
        """The address of the member who has it."""
        return row.assignee.user.email if row.assignee else None


class MoveOut(Schema):
    """One thing that happened to a ticket."""

    kind: MoveKind
    at: datetime
    reason: str


class ClockOut(Schema):
    """How one promise to a ticket stands: the minutes promised, and when what happened."""

    clock: Clock
    target_minutes: int
    due_at: datetime | None
    paused_at: datetime | None
    stopped_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None


class HistoryOut(Schema):
    """What happened to a ticket, the newest first, and its clocks."""

    moves: list[MoveOut]
    clocks: list[ClockOut]


@router.get("/tickets", response=PageOf[TicketOut])
@endpoint(may="support.see")
def list_tickets(request: BearerRequest, asked: Query[TicketsAsked]) -> dict[str, Any]:
    """Tickets of one account or of all, the one opened last first."""
    workspace = request.member.workspace
    rows = all_tickets(workspace)
    if asked.account:
        rows = rows.filter(account=account_with_key(workspace, asked.account))
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    part = slice_of(
        rows,
        workspace=workspace,
        order=ORDERS["opened"],
        cursor=asked.cursor,
        size=asked.limit,
    )
    return {"items": part.rows, "next": part.next or None}


@router.post("/tickets", response={201: TicketOut})
@endpoint(may="support.edit_ticket")
def create_ticket(request: BearerRequest, body: TicketNew) -> Status[Ticket]:
    """A new ticket. With an external id that is taken: 409."""
    said = _said(request, body)
    account = account_with_key(request.member.workspace, said.pop("account"))
    if said.get("opened_at", now()) is None:
        del said["opened_at"]
    return Status(201, open_ticket(account, by=request.member, now=now(), **said))


def _said(request: BearerRequest, body: TicketChange) -> dict[str, Any]:
    said = body.said()
    if body.person:
        said["person"] = person_with_key(request.member.workspace, body.person)
    elif body.says("person"):
        said["person"] = None
    return said


@router.post("/tickets/bulk", response=RowsOut)
@endpoint(may="support.import_tickets")
def upsert_many_tickets(request: BearerRequest, body: TicketRows) -> RowsOut:
    """Add or change up to 500 tickets; a row that cannot be stored is a result of its own."""
    workspace = request.member.workspace
    hold_upserts(workspace)
    accounts = accounts_by_key(
        workspace, numbers_in((row.account for row in body.rows), prefix="A")
    )
    people = people_by_external_id(workspace, {row.person for row in body.rows if row.person})
    results = upsert_tickets(
        workspace,
        [_row_in(row, accounts=accounts, people=people) for row in body.rows],
        by=request.member,
        now=now(),
    )
    ids = {row.object_id for row in results if row.object_id}
    return rows_shown(results, keys=keys_of_tickets(workspace, ids))


def _row_in(row: TicketRow, *, accounts: dict[int, Any], people: dict[str, Any]) -> TicketIn:
    said = row.said()
    account, person = said.pop("account", ""), said.pop("person", UNSET)
    if account:
        said["account_id"] = accounts.get(next(iter(numbers_in([account], prefix="A")), 0))
    if person is not UNSET:
        said["person_id"] = people.get(person, NOBODY) if person else None
    if said.get("opened_at", UNSET) is None:
        del said["opened_at"]
    return TicketIn(**said)


@router.post("/tickets/states/bulk", response=RowsOut)
@endpoint(may="support.import_tickets")
def tell_ticket_states(request: BearerRequest, body: StateRows) -> RowsOut:
    """The history of tickets before they came here: waits and reopenings count in the clocks. What
    a ticket was already is unchanged."""
    workspace = request.member.workspace
    hold_upserts(workspace)
    rows = [
        TicketStateIn(external_id=row.external_id, at=row.at, state=row.state) for row in body.rows
    ]
    results = note_ticket_states(workspace.pk, rows, by=request.member, now=now())
    return rows_shown(results, keys={})


@router.get("/tickets/{key}/history", response=HistoryOut)
@endpoint(may="support.see")
def show_ticket_history(request: BearerRequest, key: str) -> dict[str, Any]:
    """What happened to a ticket, and how what was promised stands."""
    ticket = ticket_with_key(request.member.workspace, key)
    clocks = clocks_of_tickets(ticket.workspace_id, [ticket.pk]).get(ticket.pk, {})
    return {"moves": history_of_ticket(ticket), "clocks": list(clocks.values())}


@router.get("/tickets/{key}", response=TicketOut)
@endpoint(may="support.see")
def show_ticket(request: BearerRequest, response: HttpResponse, key: str) -> Ticket:
    """One ticket; its ETag is its version."""
    ticket = ticket_with_key(request.member.workspace, key)
    response.headers["ETag"] = f'"{ticket.version}"'
    return ticket


@router.patch("/tickets/{key}", response=TicketOut)
@endpoint(may="support.edit_ticket")
def change_ticket(request: BearerRequest, key: str, body: TicketChange) -> Ticket:
    """The ticket with other words; `state` resolves or reopens it. If-Match refuses what
    somebody changed since."""
    workspace = request.member.workspace
    ticket = ticket_with_key(workspace, key)
    version = version_expected(request, said=None)
    said = _said(request, body)
    with stale_is_412(request):
        edit_ticket(ticket, by=request.member, now=now(), version=version, **said)
    return ticket_with_key(workspace, key)
