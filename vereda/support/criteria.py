"""What an audience can ask about the help that accounts and people asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Avg, Count, Max, Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vereda.foundation.criteria import (
    About,
    AskedCriterion,
    Comparison,
    Criterion,
    Parameter,
    ValueKind,
    one_of_many,
    span_of,
)
from vereda.foundation.wording import day_words, number_words
from vereda.support.contracts import MoveKind, TicketState
from vereda.support.models.promises import SlaClock, SlaClockRows
from vereda.support.models.tickets import Ticket, TicketMove, TicketMoveRows, TicketRows

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

GROUP = gettext_lazy("Support")
YES: Mapping[str, str | Promise] = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}

Told = Mapping[UUID, str]


class SupportCriteria:
    """Open tickets, new ones, old ones, late ones, and what people thought of the help."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:  # noqa: ARG002
        """The same of accounts and of the people who asked; no query."""
        return [*_states_asked(about), *_times_asked(about)]


def _asked(
    about: About,
    name: str,
    label: str | Promise,
    kind: ValueKind,
    comparisons: tuple[Comparison, ...],
    matching: Callable[[AskedCriterion], Q],
    told: Callable[[AskedCriterion, Collection[UUID]], Told],
    **more: Any,
) -> Criterion:
    return Criterion(
        name=f"support.{name}",
        label=label,
        group=GROUP,
        about=about,
        kind=kind,
        comparisons=comparisons,
        matching=matching,
        told=told,
        **more,
    )


def _states_asked(about: About) -> list[Criterion]:
    """How things stand now."""
    bounds = (Comparison.AT_LEAST, Comparison.AT_MOST)
    days = Parameter(
        name="days", label=gettext_lazy("in how many days"), kind=ValueKind.NUMBER, default="90"
    )
    return [
        _asked(
            about,
            "open_tickets",
            gettext_lazy("Open tickets"),
            ValueKind.NUMBER,
            bounds,
            has_open_tickets,
            tell_open_tickets,
        ),
        _asked(
            about,
            "oldest_open",
            gettext_lazy("Days since the oldest open ticket was opened"),
            ValueKind.NUMBER,
            (Comparison.AT_LEAST,),
            waits_since,
            tell_waits_since,
            by_time=True,
        ),
        _asked(
            about,
            "escalated",
            gettext_lazy("Has an escalated ticket that is open"),
            ValueKind.CHOICE,
            (Comparison.IS,),
            has_escalated,
            tell_escalated,
            choices=YES,
        ),
        _asked(
            about,
            "satisfaction",
            gettext_lazy("Satisfaction with support"),
            ValueKind.NUMBER,
            bounds,
            is_satisfied,
            tell_satisfaction,
            parameters=(days,),
            by_time=True,
        ),
    ]


def _times_asked(about: About) -> list[Criterion]:
    """What happened lately."""
    least = Parameter(
        name="times", label=gettext_lazy("at least so often"), kind=ValueKind.NUMBER, default="1"
    )
    lately = (Comparison.IN_LAST_DAYS,)
    asked: tuple[tuple[str, Promise, Any, Any], ...] = (
        ("opened", gettext_lazy("Opened a ticket"), opened_lately, tell_opened),
        ("reopened", gettext_lazy("A ticket was reopened"), reopened_lately, tell_reopened),
        ("breached", gettext_lazy("A promised time was broken"), breached_lately, tell_breached),
    )
    return [
        _asked(
            about,
            name,
            label,
            ValueKind.DATE,
            lately,
            matching,
            told,
            parameters=(least,),
            by_time=True,
        )
        for name, label, matching, told in asked
    ]


# --- How things stand -------------------------------------------------------


def _tickets(asked: AskedCriterion, ids: Collection[UUID] | None = None) -> TicketRows:
    """Tickets, of these only where ids are given; those of nobody in particular are left out."""
    column = asked.column
    rows = Ticket.objects.of(asked.workspace).filter(**{f"{column}__isnull": False})
    return rows if ids is None else rows.filter(one_of_many(ids, column=column))


def has_open_tickets(asked: AskedCriterion) -> Q:
    """Those with at least, or at most, so many tickets that are not resolved."""
    column, wanted = asked.column, _number(asked.value)
    limit = wanted if asked.comparison is Comparison.AT_LEAST else wanted + 1
    counted = _tickets(asked).unresolved().values(column).annotate(count=Count("pk"))
    having = Q(pk__in=counted.filter(count__gte=limit).order_by().values(column))
    if asked.comparison is Comparison.AT_LEAST:
        return having if wanted > 0 else Q(pk__isnull=False)
    return ~having


def tell_open_tickets(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """How many each has open."""
    rows = _tickets(asked, ids).unresolved().order_by().values_list(asked.column)
    counts = dict(rows.annotate(count=Count("pk")))
    return {
        pk: ngettext("%s open ticket", "%s open tickets", count) % number_words(count)
        for pk in ids
        for count in (counts.get(pk, 0),)
    }


def waits_since(asked: AskedCriterion) -> Q:
    """Those with a ticket that has been open for so many days."""
    rows = _tickets(asked).unresolved().filter(opened_at__lte=asked.since)
    return Q(pk__in=rows.values(asked.column))


def tell_waits_since(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The day of each one's oldest open ticket."""
    rows = _tickets(asked, ids).unresolved().order_by().values_list(asked.column)
    return {
        pk: _("oldest open ticket of %s") % day_words(asked.day_of(opened_at))
        for pk, opened_at in rows.annotate(oldest=Min("opened_at"))
    }


def has_escalated(asked: AskedCriterion) -> Q:
    """Those with an open ticket that was escalated, or without one."""
    rows = _tickets(asked).unresolved().filter(escalated=True)
    having = Q(pk__in=rows.values(asked.column))
    return having if asked.value == "yes" else ~having


def tell_escalated(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """Which tickets were escalated, or that none was."""
    column = asked.column
    rows = _tickets(asked, ids).unresolved().filter(escalated=True).order_by("number")
    keys: dict[UUID, list[str]] = {}
    for pk, number in rows.values_list(f"{column}_id", "number"):
        keys.setdefault(pk, []).append(f"T-{number}")
    return {
        pk: _("escalated: %s") % ", ".join(keys[pk]) if pk in keys else _("nothing escalated")
        for pk in ids
    }


def is_satisfied(asked: AskedCriterion) -> Q:
    """Those whose mean opinion of the help in the last days is at least, or at most, so good."""
    column = asked.column
    lookup = "mean__gte" if asked.comparison is Comparison.AT_LEAST else "mean__lte"
    means = _rated(asked).values(column).annotate(mean=Avg("satisfaction"))
    chosen = means.filter(**{lookup: float(_decimal(asked.value))}).order_by()
    return Q(pk__in=chosen.values(column))


def _rated(asked: AskedCriterion, ids: Collection[UUID] | None = None) -> TicketRows:
    since = asked.now - span_of(asked.parameters.get("days", 90))
    rows = _tickets(asked, ids).filter(state=TicketState.RESOLVED, resolved_at__gt=since)
    return rows.filter(satisfaction__isnull=False)


def tell_satisfaction(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The mean of each and from how many answers."""
    rows = _rated(asked, ids).order_by().values_list(asked.column)
    return {
        pk: ngettext(
            "satisfaction %(mean)s from %(count)s answer",
            "satisfaction %(mean)s from %(count)s answers",
            count,
        )
        % {"mean": number_words(round(mean, 1)), "count": number_words(count)}
        for pk, mean, count in rows.annotate(mean=Avg("satisfaction"), count=Count("pk"))
    }


# --- What happened lately ---------------------------------------------------


def _often(asked: AskedCriterion, rows: Any, column: str) -> Q:
    """Those of whom there are enough of these rows."""
    least = max(_number(asked.parameters.get("times", Decimal(1))), 1)
    counted = rows.values(column).annotate(count=Count("pk")).filter(count__gte=least)
    return Q(pk__in=counted.order_by().values(column))


def _tell_last(
    asked: AskedCriterion, rows: Any, column: str, at: str, *, words: Callable[[int, str], str]
) -> Told:
    """How often, and when last, for each."""
    told = rows.order_by().values_list(column).annotate(count=Count("pk"), last=Max(at))
    return {pk: words(count, day_words(asked.day_of(last))) for pk, count, last in told}


def opened_lately(asked: AskedCriterion) -> Q:
    """Those who opened tickets in the last days."""
    rows = _tickets(asked).filter(opened_at__gt=asked.since, opened_at__lte=asked.now)
    return _often(asked, rows, asked.column)


def tell_opened(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """How many tickets each opened."""
    rows = _tickets(asked, ids).filter(opened_at__gt=asked.since, opened_at__lte=asked.now)

    def words(count: int, day: str) -> str:
        sentence = ngettext(
            "opened %(count)s ticket, on %(day)s",
            "opened %(count)s tickets, the last on %(day)s",
            count,
        )
        return sentence % {"count": number_words(count), "day": day}

    return _tell_last(asked, rows, asked.column, "opened_at", words=words)


def _reopenings(asked: AskedCriterion) -> TicketMoveRows:
    column = f"ticket__{asked.column}"
    rows = TicketMove.objects.of(asked.workspace).filter(kind=MoveKind.REOPENED)
    return rows.filter(at__gt=asked.since, at__lte=asked.now, **{f"{column}__isnull": False})


def reopened_lately(asked: AskedCriterion) -> Q:
    """Those of whom a ticket was reopened in the last days."""
    return _often(asked, _reopenings(asked), f"ticket__{asked.column}")


def tell_reopened(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """How often tickets of each were reopened."""
    column = f"ticket__{asked.column}"
    rows = _reopenings(asked).filter(one_of_many(ids, column=column))

    def words(count: int, day: str) -> str:
        sentence = ngettext(
            "%(count)s reopening, on %(day)s", "%(count)s reopenings, the last on %(day)s", count
        )
        return sentence % {"count": number_words(count), "day": day}

    return _tell_last(asked, rows, column, "at", words=words)


def _breaches(asked: AskedCriterion) -> SlaClockRows:
    column = f"ticket__{asked.column}"
    rows = SlaClock.objects.of(asked.workspace).filter(breached_at__gt=asked.since)
    return rows.filter(breached_at__lte=asked.now, **{f"{column}__isnull": False})


def breached_lately(asked: AskedCriterion) -> Q:
    """Those to whom a promised time was broken in the last days."""
    return _often(asked, _breaches(asked), f"ticket__{asked.column}")


def tell_breached(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """How often a promise to each was broken."""
    column = f"ticket__{asked.column}"
    rows = _breaches(asked).filter(one_of_many(ids, column=column))

    def words(count: int, day: str) -> str:
        sentence = ngettext(
            "%(count)s promised time broken, on %(day)s",
            "%(count)s promised times broken, the last on %(day)s",
            count,
        )
        return sentence % {"count": number_words(count), "day": day}

    return _tell_last(asked, rows, column, "breached_at", words=words)


# --- Values -----------------------------------------------------------------


def _decimal(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _number(value: object) -> int:
    return int(min(max(_decimal(value), Decimal(0)), Decimal(10**9)))
