"""Asking how support went: three queries, whatever it is grouped by, and a few rows of each group.

The database counts, sorts and picks. What comes back are the numbers of each group and the
waits that its median and its ninetieth percentile are made of, however many tickets there are.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import (
    Avg,
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from vereda.support.contracts import Grouping
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import Ticket, TicketRows
from vereda.support.rules.outages import month_bounds
from vereda.support.rules.reports import Opinion, Portion, Spread, SupportFigures

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

PLACES: Final = {
    Grouping.PRIORITY: "priority",
    Grouping.PLAN: "account__plan",
    Grouping.OWNER: "account__owner_id",
    Grouping.ASSIGNEE: "assignee_id",
}
NOBODY_KNOWN: Final = "nobody"
NO_WAITS: Final = Spread(0, None, None)

Span = tuple[datetime, datetime]


class Minutes(Func):
    """How many minutes lie between two instants, to the thousandth of a second."""

    output_field = FloatField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The difference is an interval."""
        template = "(ROUND(EXTRACT(EPOCH FROM (%(expressions)s)), 3) / 60)::double precision"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Instants are texts; SQLite itself reads them as days."""
        template = "(ROUND((julianday(%(expressions)s)) * 86400.0, 3) / 60.0)"
        joiner = ") - julianday("
        return self.as_sql(compiler, connection, template=template, arg_joiner=joiner, **context)


def support_figures(
    workspace: Workspace, *, grouping: Grouping, months: list[date]
) -> dict[Hashable, SupportFigures]:
    """The figures of these months, by group: a month by its first day, or a value.

    What was answered in these months counts for the first response, what was resolved in them for
    everything else.
    """
    asking = _Asking(workspace, grouping, months)
    responses, fixes = asking.spreads("first_response_at"), asking.spreads("resolved_at")
    counted = asking.counted()
    return {
        group: SupportFigures(
            response=responses.get(group, NO_WAITS),
            fix=fixes.get(group, NO_WAITS),
            **counted.get(group, NOTHING_RESOLVED),
        )
        for group in {**responses, **counted}
    }


NOTHING_RESOLVED: Final[dict[str, Any]] = {
    "reopened": Portion(0, 0),
    "satisfaction": Opinion(0, None),
    "sla": Portion(0, 0),
}


class _Asking:
    """The tickets of some months, grouped in one way."""

    def __init__(self, workspace: Workspace, grouping: Grouping, months: list[date]) -> None:
        self._workspace, self._grouping, self._months = workspace, grouping, months
        self._bounds = [month_bounds(month, zone=workspace.time_zone) for month in months]

    def spreads(self, end: str) -> dict[Hashable, Spread]:
        """The median and the ninetieth wait of each group, from opening until that column."""
        rows = self._within(end).annotate(wait=Minutes(F(end), F("opened_at")))
        rows = rows.annotate(
            place=Window(RowNumber(), partition_by=F("group"), order_by=[F("wait"), F("pk")]),
            of=Window(Count("pk"), partition_by=F("group")),
        )
        rows = rows.annotate(twice=F("place") * 2, tenfold=F("place") * 10)
        middle = Q(twice__gte=F("of"), twice__lte=F("of") + 2)
        ninetieth = Q(tenfold__gte=F("of") * 9, tenfold__lt=F("of") * 9 + 10)
        picked: dict[Hashable, dict[int, float]] = {}
        counts: dict[Hashable, int] = {}
        told = rows.filter(middle | ninetieth).values_list("group", "place", "of", "wait")
        for group, place, count, wait in told:
            counts[group] = count
            picked.setdefault(group, {})[place] = wait
        return {
            self._named(group): _spread(count, picked[group]) for group, count in counts.items()
        }

    def counted(self) -> dict[Hashable, dict[str, Any]]:
        """What was reopened, how satisfied people were and what was kept, of what was resolved."""
        clocks = SlaClock.objects.of(self._workspace).filter(ticket=OuterRef("pk"))
        kept = Case(
            When(Exists(clocks.filter(breached_at__isnull=False)), then=Value(value=False)),
            When(Exists(clocks), then=Value(value=True)),
            default=F("sla_met"),
            output_field=BooleanField(null=True),
        )
        rows = self._within("resolved_at").annotate(kept=kept).values("group").order_by("group")
        told = rows.annotate(
            resolved=Count("pk"),
            again=Count("pk", filter=Q(reopen_count__gt=0)),
            opinions=Count("satisfaction"),
            mean=Avg("satisfaction"),
            promised=Count("pk", filter=Q(kept__isnull=False)),
            held=Count("pk", filter=Q(kept=True)),
        )
        columns = ("resolved", "again", "opinions", "mean", "promised", "held")
        return {
            self._named(group): {
                "reopened": Portion(resolved, again),
                "satisfaction": Opinion(opinions, None if mean is None else float(mean)),
                "sla": Portion(promised, held),
            }
            for group, resolved, again, opinions, mean, promised, held in told.values_list(
                "group", *columns
            )
        }

    def _within(self, end: str) -> TicketRows:
        since, until = self._bounds[0][0], self._bounds[-1][1]
        rows = Ticket.objects.of(self._workspace).filter(
            **{f"{end}__gte": since, f"{end}__lt": until}
        )
        within: TicketRows = rows.annotate(group=self._group(end))
        return within

    def _group(self, end: str) -> Any:
        """The place of the month, or the column; months end where the workspace is."""
        if self._grouping is not Grouping.MONTH:
            return F(PLACES[self._grouping])
        return self._month(end, 0, len(self._bounds) - 1)

    def _month(self, end: str, first: int, last: int) -> Any:
        """Which of these months it is in, by halves: five comparisons for two years."""
        if first == last:
            return Value(first, output_field=IntegerField())
        middle = (first + last) // 2
        return Case(
            When(**{f"{end}__lt": self._bounds[middle][1]}, then=self._month(end, first, middle)),
            default=self._month(end, middle + 1, last),
            output_field=IntegerField(),
        )

    def _named(self, group: Hashable) -> Hashable:
        if isinstance(group, int):
            return self._months[group]
        return NOBODY_KNOWN if group is None else group


def _spread(count: int, waits: dict[int, float]) -> Spread:
    """From the waits in the middle and at the ninetieth place; nearest rank: one somebody had."""
    low, high = (count + 1) // 2, count // 2 + 1
    return Spread(count, (waits[low] + waits[high]) / 2, waits[-(-9 * count // 10)])
