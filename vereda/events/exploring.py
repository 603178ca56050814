"""The address is the question: what Explore asks, to and from a query string.

    days=90 | since=2026-03-01&until=2026-03-31     the last so many days, or from … to …
    by=plan                                         in groups of accounts
    f=stage:any_of:adoption,value                   only these accounts, as a list of accounts asks
    per=account                                     accounts are counted, not people

    trend      event=A&event=B&amount=people&period=week
               metric=stickiness&metric=logins&period=month
    funnel     step=A&step=B&within=7&unit=days
    retention  start=A&return=B&period=week&begin=account_start
    paths      event=A&direction=before&depth=3&within=24&unit=hours

What is usual is left out, so that one question has one address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from vereda.customers.contracts import Condition, Operator, UnknownField
from vereda.events.contracts.exploring import (
    DEEPEST_PATH,
    MOST_BUCKETS,
    MOST_COHORTS,
    MOST_METRICS,
    MOST_MOMENTS,
    MOST_SERIES,
    MOST_STEPS,
    Amount,
    Beginning,
    Direction,
    Funnel,
    MetricTrend,
    Paths,
    Period,
    Question,
    Retention,
    Span,
    Trend,
    Unit,
)
from vereda.events.rules.exploring import buckets_in
from vereda.foundation.errors import Refused

LONGEST_NAME: Final = 255
USUAL_DAYS: Final = 90
SPANS: Final = (7, 28, 90, 180, 365, 730)
LONGEST_SPAN: Final = 366 * 20
LONGEST_WINDOW: Final = 366
FEWEST_STEPS: Final = 2
_DAYS = re.compile("[1-9][0-9]{0,3}")


class ExploreKind(StrEnum):
    """The four kinds of questions."""

    TREND = "trend"
    FUNNEL = "funnel"
    RETENTION = "retention"
    PATHS = "paths"


class WindowUnit(StrEnum):
    """What a window is counted in."""

    HOURS = "hours"
    DAYS = "days"

    @property
    def seconds(self) -> int:
        """How long one is."""
        return 3_600 if self is WindowUnit.HOURS else 86_400


Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploreAddress:
    """A question as an address says it; `asked` is None while it is not whole."""

    kind: ExploreKind
    span: Span
    days: int
    asked: Question | MetricTrend | None
    names: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    per: Unit = Unit.PERSON
    period: Period = Period.WEEK
    amounts: tuple[Amount, ...] = (Amount.USES,)
    beginning: Beginning = Beginning.FIRST_USE
    direction: Direction = Direction.AFTER
    depth: int = 3
    within: int = 7
    window_unit: WindowUnit = WindowUnit.DAYS
    by: str = ""
    conditions: tuple[Condition, ...] = ()

    def query(self, *, without: Condition | None = None, **more: object) -> str:
        """The query string of the question, perhaps with one filter less and something more."""
        pairs = [*self._span_pairs(), *self._kind_pairs()]
        if self.by:
            pairs.append(("by", self.by))
        pairs += [("f", written_condition(each)) for each in self.conditions if each != without]
        pairs += [(name, str(value)) for name, value in more.items() if value is not None]
        return urlencode(pairs)

    def _span_pairs(self) -> list[tuple[str, str]]:
        if self.days:
            return [] if self.days == USUAL_DAYS else [("days", str(self.days))]
        last = self.span.until - timedelta(days=1)
        return [("since", self.span.since.isoformat()), ("until", last.isoformat())]

    def _kind_pairs(self) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        if self.kind is not ExploreKind.TREND and self.per is not Unit.PERSON:
            pairs.append(("per", self.per))
        match self.kind:
            case ExploreKind.TREND:
                pairs += [("event", name) for name in self.names]
                pairs += [("metric", slug) for slug in self.metrics]
                if self.amounts != (Amount.USES,) and not self.metrics:
                    pairs += [("amount", amount) for amount in self.amounts]
                pairs.append(("period", self.period))
            case ExploreKind.FUNNEL:
                pairs += [("step", name) for name in self.names]
                pairs += [("within", str(self.within)), ("unit", self.window_unit)]
            case ExploreKind.RETENTION:
                pairs += [("start", name) for name in self.names]
                pairs += [("return", name) for name in self.returns]
                pairs.append(("period", self.period))
                if self.beginning is not Beginning.FIRST_USE:
                    pairs.append(("begin", self.beginning))
            case ExploreKind.PATHS:
                pairs += [("event", name) for name in self.names]
                pairs += [("direction", self.direction), ("depth", str(self.depth))]
                pairs += [("within", str(self.within)), ("unit", self.window_unit)]
        return pairs


def explore_address_in(
    kind: ExploreKind, query: QueryDict, *, today: date, zone: str
) -> ExploreAddress:
    """The question that a query string asks, or a refusal that says what is odd in it."""
    days, span = _span_in(query, today=today, zone=zone)
    list_name = {ExploreKind.FUNNEL: "step", ExploreKind.RETENTION: "start"}.get(kind, "event")
    amounts = query.getlist("amount")
    usual_window = WindowUnit.HOURS if kind is ExploreKind.PATHS else WindowUnit.DAYS
    said = ExploreAddress(
        kind=kind,
        span=span,
        days=days,
        asked=None,
        names=_names_in(query.getlist(list_name), keep_twice=kind is ExploreKind.FUNNEL),
        returns=_names_in(query.getlist("return")),
        metrics=_names_in(query.getlist("metric")) if kind is ExploreKind.TREND else (),
        per=_choice(Unit, query.get("per"), Unit.PERSON),
        period=_choice(Period, query.get("period"), Period.WEEK),
        amounts=tuple(dict.fromkeys(_choice(Amount, each, Amount.USES) for each in amounts))
        or (Amount.USES,),
        beginning=_choice(Beginning, query.get("begin"), Beginning.FIRST_USE),
        direction=_choice(Direction, query.get("direction"), Direction.AFTER),
        depth=_number_in(query.get("depth"), usual=3, most=DEEPEST_PATH),
        within=_number_in(
            query.get("within"),
            usual=24 if kind is ExploreKind.PATHS else 7,
            most=LONGEST_WINDOW * 24,
        ),
        window_unit=_choice(WindowUnit, query.get("unit"), usual_window),
        by=query.get("by", "")[:100],
        conditions=tuple(explore_condition_in(text) for text in query.getlist("f")),
    )
    return _whole(said)


def _whole(said: ExploreAddress) -> ExploreAddress:
    """The same with the question, where nothing is missing."""
    if said.within * said.window_unit.seconds > LONGEST_WINDOW * 86_400:
        raise Refused(_("A window is at most %d days long.") % LONGEST_WINDOW)
    return replace(said, asked=QUESTION_OF[said.kind](said))


def _trend_of(said: ExploreAddress) -> Trend | MetricTrend:
    if said.metrics:
        return _metric_trend_of(said)
    _at_most(said, MOST_BUCKETS)
    if max(len(said.names), 1) * len(said.amounts) > MOST_SERIES:
        raise Refused(_("A trend shows at most %d lines.") % MOST_SERIES)
    return Trend(span=said.span, period=said.period, names=said.names, amounts=said.amounts)


def _metric_trend_of(said: ExploreAddress) -> MetricTrend:
    if said.names:
        raise Refused(_("A trend shows events or metrics, not both at once."))
    if len(said.metrics) > MOST_METRICS:
        raise Refused(_("A trend shows at most %d metrics.") % MOST_METRICS)
    _at_most(said, MOST_MOMENTS)
    return MetricTrend(span=said.span, period=said.period, slugs=said.metrics)


def _funnel_of(said: ExploreAddress) -> Funnel | None:
    if len(said.names) > MOST_STEPS:
        raise Refused(_("A funnel has at most %d steps.") % MOST_STEPS)
    window = said.within * said.window_unit.seconds
    if len(said.names) < FEWEST_STEPS:
        return None
    return Funnel(span=said.span, unit=said.per, steps=said.names, within_seconds=window)


def _retention_of(said: ExploreAddress) -> Retention:
    _at_most(said, MOST_COHORTS)
    if said.beginning is Beginning.ACCOUNT_START and said.per is not Unit.ACCOUNT:
        raise Refused(_("Only accounts begin with the account's start. Count accounts."))
    return Retention(
        span=said.span,
        unit=said.per,
        period=said.period,
        beginning=said.beginning,
        starts=said.names,
        returns=said.returns,
    )


def _paths_of(said: ExploreAddress) -> Paths | None:
    if not said.names:
        return None
    return Paths(
        span=said.span,
        unit=said.per,
        anchor=said.names[0],
        direction=said.direction,
        depth=said.depth,
        within_seconds=said.within * said.window_unit.seconds,
    )


QUESTION_OF: Final[dict[ExploreKind, Callable[[ExploreAddress], Question | MetricTrend | None]]] = {
    ExploreKind.TREND: _trend_of,
    ExploreKind.FUNNEL: _funnel_of,
    ExploreKind.RETENTION: _retention_of,
    ExploreKind.PATHS: _paths_of,
}


def _at_most(said: ExploreAddress, most: int) -> None:
    if len(buckets_in(said.span, said.period)) > most:
        raise Refused(
            _("That is more than %d columns. Choose fewer days, or longer periods.") % most
        )


def _span_in(query: QueryDict, *, today: date, zone: str) -> tuple[int, Span]:
    """The days asked about: so many up to today, or from one to another."""
    since, until = query.get("since", ""), query.get("until", "")
    if since or until:
        first = _day_in(since) if since else None
        last = _day_in(until) if until else today
        first = first or last - timedelta(days=USUAL_DAYS - 1)
        if last < first:
            raise Refused(_("The last day lies before the first."))
        if (last - first).days > LONGEST_SPAN:
            raise Refused(_("Ask about at most twenty years."))
        return 0, Span(since=first, until=last + timedelta(days=1), zone=zone)
    said = query.get("days", "")
    days = min(int(said), LONGEST_SPAN) if _DAYS.fullmatch(said) else USUAL_DAYS
    return days, Span(
        since=today - timedelta(days=days - 1), until=today + timedelta(days=1), zone=zone
    )


def _day_in(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(_("“%s” is no day.") % text[:20]) from None
    if not date(1990, 1, 1) <= day <= date(2100, 1, 1):
        raise Refused(_("“%s” is no day.") % text[:20])
    return day


def _names_in(said: Sequence[str], *, keep_twice: bool = False) -> tuple[str, ...]:
    names = [name.replace("\x00", "").strip()[:LONGEST_NAME] for name in said]
    kept = [name for name in names if name][: MOST_STEPS + 1]
    return tuple(kept if keep_twice else dict.fromkeys(kept))


def _choice(kind: type[Choice], said: str | None, usual: Choice) -> Choice:
    return kind(said) if said in set(kind) else usual


def _number_in(said: str | None, *, usual: int, most: int) -> int:
    if said is None or not _DAYS.fullmatch(said):
        return usual
    return min(int(said), most)


def written_condition(condition: Condition) -> str:
    """A condition as the address writes it."""
    return f"{condition.field}:{condition.operator}:{condition.value}"


def explore_condition_in(text: str) -> Condition:
    """A condition from the address."""
    field, first, rest = text.partition(":")
    operator, second, value = rest.partition(":")
    if not first or not second or operator not in set(Operator):
        raise UnknownField(_("“%s” is no filter.") % text[:60].replace("\x00", ""))
    return Condition(field, Operator(operator), value)
