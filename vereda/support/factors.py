"""What support offers to scores: how much help accounts ask for, and how it comes.

Everything is told as it was known at the end of a day: a resolution counts from when it came, an
opinion from the resolution it was given about, priorities and states are rebuilt from the history.
Nothing is known before the workspace's first ticket.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from statistics import fmean, median
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from vereda.customers.queries.people import counts_in_scores
from vereda.foundation.criteria import one_of_many
from vereda.foundation.inputs import Better, Input, InputUnit, Reading
from vereda.support.contracts import MoveKind, Priority
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import TicketMove
from vereda.support.queries.days import SupportOnDay

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

OPEN: Final = "support.open_tickets"
URGENT: Final = "support.open_urgent"
OLDEST: Final = "support.oldest_open_days"
OPENED: Final = "support.opened_90d"
RESPONSE: Final = "support.first_response_hours"
FIX: Final = "support.fix_hours"
REOPENED: Final = "support.reopened_share"
SATISFACTION: Final = "support.satisfaction"
BREACHES: Final = "support.sla_breaches_90d"

LOUD: Final = frozenset({Priority.HIGH, Priority.URGENT})
GROUP: Final = _("Support")

Told = Mapping[UUID, Reading]

INPUTS: Final = (
    Input(
        name=OPEN,
        label=_("Open tickets"),
        group=GROUP,
        unit=InputUnit.NUMBER,
        better=Better.LESS,
        says=_("Tickets that were not resolved, waiting ones included."),
        tab="overview",
    ),
    Input(
        name=URGENT,
        label=_("Open tickets that are high or urgent"),
        group=GROUP,
        unit=InputUnit.NUMBER,
        better=Better.LESS,
        says=_("By the priority that each had that day."),
        tab="overview",
    ),
    Input(
        name=OLDEST,
        label=_("Age of the oldest open ticket"),
        group=GROUP,
        unit=InputUnit.DAYS,
        better=Better.LESS,
        says=_("Since it was opened; 0 when none is open."),
        tab="overview",
    ),
    Input(
        name=OPENED,
        label=_("Tickets opened in 90 days"),
        group=GROUP,
        unit=InputUnit.NUMBER,
        better=Better.NEITHER,
        says=_("Many may mean trouble, none may mean that nobody uses it."),
        tab="overview",
    ),
    Input(
        name=RESPONSE,
        label=_("Hours to the first response"),
        group=GROUP,
        unit=InputUnit.HOURS,
        better=Better.LESS,
        says=_("Median of the tickets that were answered in the last 90 days."),
        tab="overview",
    ),
    Input(
        name=FIX,
        label=_("Hours to the fix"),
        group=GROUP,
        unit=InputUnit.HOURS,
        better=Better.LESS,
        says=_("Median of the tickets that were resolved in the last 90 days."),
        tab="overview",
    ),
    Input(
        name=REOPENED,
        label=_("Share of tickets reopened"),
        group=GROUP,
        unit=InputUnit.SHARE,
        better=Better.LESS,
        says=_("Of the tickets resolved in the last 90 days, those that came back."),
        tab="overview",
    ),
    Input(
        name=SATISFACTION,
        label=_("Satisfaction with support"),
        group=GROUP,
        unit=InputUnit.POINTS,
        better=Better.MORE,
        says=_("Mean of the answers, 1 to 5, about tickets resolved in the last 90 days."),
        tab="overview",
    ),
    Input(
        name=BREACHES,
        label=_("Promised times broken in 90 days"),
        group=GROUP,
        unit=InputUnit.NUMBER,
        better=Better.LESS,
        says=_("First responses and fixes that came later than an SLA policy promises."),
        tab="overview",
    ),
)


class SupportInputs:
    """Open tickets, waits, reopenings, opinions and broken promises."""

    def inputs(self, workspace: Workspace) -> list[Input]:  # noqa: ARG002 - the same for all
        """The same nine in every workspace."""
        return list(INPUTS)

    def readings(
        self,
        workspace: Workspace,
        *,
        names: Collection[str],
        account_ids: Collection[UUID],
        on: date,
    ) -> Mapping[str, Told]:
        """A handful of queries, whatever is asked and of however many accounts."""
        wanted = [name for name in names if name in READERS]
        day = SupportOnDay(workspace, account_ids, on)
        if not wanted or not day.anything_known:
            return {}
        return {name: READERS[name](day) for name in wanted}


def _grouped(pairs: Iterable[tuple[UUID, float]]) -> dict[UUID, list[float]]:
    groups: dict[UUID, list[float]] = defaultdict(list)
    for account, value in pairs:
        groups[account].append(value)
    return groups


def _hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600


def _open_tickets(day: SupportOnDay) -> Told:
    return day.counted(ticket.account_id for ticket in day.open_tickets)


def _urgent_tickets(day: SupportOnDay) -> Told:
    loud = (ticket for ticket in day.open_tickets if ticket.priority in LOUD)
    return day.counted(ticket.account_id for ticket in loud)


def _oldest_open(day: SupportOnDay) -> Told:
    ages = dict.fromkeys(day.ids, 0.0)
    for ticket in day.open_tickets:
        age = float((day.on - ticket.opened_at.astimezone(UTC).date()).days)
        ages[ticket.account_id] = max(ages[ticket.account_id], age)
    return day.per_account(ages)


def _opened_lately(day: SupportOnDay) -> Told:
    lately = day.tickets().filter(opened_at__gte=day.since)
    return day.counted(lately.values_list("account_id", flat=True))


def _response_hours(day: SupportOnDay) -> Told:
    answered = day.tickets().filter(
        first_response_at__gte=day.since, first_response_at__lt=day.until
    )
    rows = answered.values_list("account_id", "opened_at", "first_response_at")
    waits = _grouped((account, _hours(start, end)) for account, start, end in rows if end)
    return day.per_account({account: median(each) for account, each in waits.items()})


def _fix_hours(day: SupportOnDay) -> Told:
    waits = _grouped(
        (account, _hours(opened, resolved))
        for account, opened, resolved in day.resolutions.values()
    )
    return day.per_account({account: median(each) for account, each in waits.items()})


def _reopened_share(day: SupportOnDay) -> Told:
    """Reopenings that a file only counts lie before the last resolution it tells."""
    known: dict[UUID, UUID] = {}
    back: set[UUID] = set()
    kinds = (MoveKind.RESOLVED, MoveKind.REOPENED)
    moves = day.moves().filter(kind__in=kinds, at__lt=day.until)
    columns = ("ticket_id", "kind", "at", "ticket__account_id", "ticket__reopen_count")
    reopenings: dict[UUID, int] = defaultdict(int)
    counted: dict[UUID, int] = {}
    for pk, kind, at, account, count in moves.values_list(*columns):
        counted[pk] = count
        if kind == MoveKind.REOPENED:
            reopenings[pk] += 1
        elif at >= day.since:
            known[pk] = account
    later = _reopenings_after(day, list(counted))
    for pk in known:
        only_counted = counted[pk] - reopenings[pk] - later.get(pk, 0)
        if reopenings[pk] or (only_counted > 0 and pk in day.resolutions):
            back.add(pk)
    shares = _grouped((account, float(pk in back)) for pk, account in known.items())
    return day.per_account({account: fmean(each) for account, each in shares.items()})


def _reopenings_after(day: SupportOnDay, ticket_ids: Collection[UUID]) -> dict[UUID, int]:
    """How often each was reopened after that day: what was not known then."""
    moves = TicketMove.objects.of(day.workspace).filter(
        one_of_many(ticket_ids, column="ticket"), kind=MoveKind.REOPENED, at__gte=day.until
    )
    counts: dict[UUID, int] = defaultdict(int)
    for pk in moves.values_list("ticket_id", flat=True):
        counts[pk] += 1
    return counts


def _satisfaction(day: SupportOnDay) -> Told:
    rated = day.tickets().filter(
        counts_in_scores("person"),
        satisfaction__isnull=False,
        resolved_at__gte=day.since,
        resolved_at__lt=day.until,
    )
    rows = rated.values_list("account_id", "satisfaction")
    opinions = _grouped((account, float(value)) for account, value in rows if value)
    return day.per_account({account: fmean(each) for account, each in opinions.items()})


def _breaches(day: SupportOnDay) -> Told:
    """Unknown, not zero, where no promise had begun by then."""
    clocks = SlaClock.objects.of(day.workspace)
    if not clocks.filter(ticket__opened_at__lt=day.until).exists():
        return {}
    broken = clocks.filter(
        one_of_many(day.ids, column="ticket__account"),
        breached_at__gte=day.since,
        breached_at__lt=day.until,
    )
    return day.counted(broken.values_list("ticket__account_id", flat=True))


READERS: Final[Mapping[str, Callable[[SupportOnDay], Told]]] = {
    OPEN: _open_tickets,
    URGENT: _urgent_tickets,
    OLDEST: _oldest_open,
    OPENED: _opened_lately,
    RESPONSE: _response_hours,
    FIX: _fix_hours,
    REOPENED: _reopened_share,
    SATISFACTION: _satisfaction,
    BREACHES: _breaches,
}
