"""Adoption: first uses, regular patterns, and the days between uses, from the daily roll-up.

Level by level, the same for both engines: the rows of the roll-up under the groups that their name
belongs to; one row for each account (or person), group and day; each of them beside the day of use
before it; stretches in which no interval is too long; one row for each account and group. Days are
whole numbers since 1900, places and limits numbers of ours.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Final

import msgspec
from sqlglot import exp

from vereda.events.contracts.adopting import (
    Lasting,
    UseAbsence,
    UseAround,
    UseDuration,
    UseGroup,
    UsesOfSubject,
)
from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.contracts.measuring import Per
from vereda.events.store.questions import NARROWING, USED, among, col, given, of_workspace
from vereda.events.store.shapes import Dialect, called, literal_number, literal_text, value_when

SUBJECT: Final = {Per.ACCOUNT: "account_key", Per.PERSON: "person_key"}
NARROWED: Final = {Per.ACCOUNT: "accounts", Per.PERSON: "people"}
ORIGIN: Final = date(1900, 1, 1)
THING: Final = ("key", "place")
WAITING, HAPPENED, STARTED, ARRIVED = range(4)
"""What a row about durations counts: who waits; for whom it happened; who was first seen, however
long ago; and how many of these have arrived at a milestone."""


class Adopting(ABC):
    """The adoption part of an `EventStore`."""

    dialect: ClassVar[str]

    @abstractmethod
    def _select(self, statement: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows of a statement in the engine's dialect; instants are UTC without a zone."""

    def uses_by_subject(
        self,
        workspace: WorkspaceKey,
        *,
        groups: Sequence[UseGroup],
        per: Per = Per.ACCOUNT,
        keys: Collection[str] | None = None,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UsesOfSubject]:
        """How each account or person with those keys (None: all) used each group that it used.

        Each list in `together` holds the keys of one, which is answered under the first of them.
        """
        asked = _Asked(self.dialect, workspace, groups, per, keys, together)
        found = self._run(asked, asked.summed().order_by(*(col(name) for name in THING)))
        completed = self._completed(asked)
        names = UsesOfSubject.__struct_fields__
        rows = []
        for key, place, first, second, *rest in found:
            last, days, squares, longest, regular_on, regular_days = rest
            done = completed.get((key, place)) if groups[place].steps else second
            rows.append(
                (
                    *(key, place, _aware(first), _aware(done), _aware(last), days, squares),
                    *(longest, _day(regular_on), regular_days),
                )
            )
        told = [dict(zip(names, row, strict=True)) for row in rows]
        return msgspec.convert(told, list[UsesOfSubject])

    def use_durations(
        self,
        workspace: WorkspaceKey,
        *,
        groups: Sequence[UseGroup],
        per: Per,
        whats: Collection[Lasting] = frozenset(Lasting),
        on: date,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UseDuration]:
        """How many days what is asked took how many; or how long they have waited, on `on`."""
        asked = _Asked(self.dialect, workspace, groups, per, None, together)
        asked.values["today"] = on
        wanted = sorted(frozenset(whats))
        if not wanted or not groups:
            return []
        return _durations(
            self._run(asked, asked.durations(wanted)),
            places=range(len(groups)),
            milestones=[what for what in wanted if what is not Lasting.NEXT_USE],
        )

    def use_absences(
        self,
        workspace: WorkspaceKey,
        *,
        groups: Sequence[UseGroup],
        per: Per = Per.ACCOUNT,
        days: int,
        on: date,
        keys: Collection[str] | None = None,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UseAbsence]:
        """Times of at least so many days from one day of use to the next, or from the last to
        `on`."""
        asked = _Asked(self.dialect, workspace, groups, per, keys, together)
        asked.values |= {"today": on, "days": days}
        return [
            UseAbsence(
                key=key, place=place, since_on=_surely(_day(since)), until_on=_day(until or None)
            )
            for key, place, since, until in self._run(asked, asked.absences())
        ]

    def uses_around(
        self,
        workspace: WorkspaceKey,
        *,
        groups: Sequence[UseGroup],
        per: Per = Per.ACCOUNT,
        spans: Sequence[tuple[date, date]],
        keys: Collection[str] | None = None,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UseAround]:
        """For each span (both days in it) the last use before and the first after."""
        if not spans:
            return []
        asked = _Asked(self.dialect, workspace, groups, per, keys, together)
        rows = self._run(asked, asked.around(spans))
        return [
            UseAround(
                key=key,
                place=place,
                span=span,
                before_on=_day(days[2 * span]),
                after_on=_day(days[2 * span + 1]),
            )
            for key, place, *days in rows
            for span in range(len(spans))
        ]

    def _completed(self, asked: "_Asked") -> dict[tuple[str, int], datetime]:
        """When the first use of groups with steps was complete."""
        query = asked.completed()
        if query is None:
            return {}
        return {(key, place): done for key, place, done in self._run(asked, query)}

    def _run(self, asked: "_Asked", query: exp.Query) -> list[tuple[Any, ...]]:
        named = {str(one.this) for one in query.find_all(exp.Placeholder)}
        values = {name: value for name, value in asked.values.items() if name in named}
        return self._select(query.sql(dialect=self.dialect), values)


class _Asked:
    """What is asked, and its statements, level by level."""

    def __init__(
        self,
        dialect: str,
        workspace: WorkspaceKey,
        groups: Sequence[UseGroup],
        per: Per,
        keys: Collection[str] | None,
        together: Sequence[Sequence[str]],
    ) -> None:
        self._dialect = Dialect(dialect)
        self._clickhouse = dialect == "clickhouse"
        self._groups, self._per = groups, per
        self._narrowed = keys is not None
        self._together = [held for held in together if len(held) > 1]
        self.values: dict[str, object] = {"workspace": workspace, "origin": ORIGIN}
        if keys is not None:
            self.values[NARROWED[per]] = list(keys)
        if self._together:
            pairs = [(key, held[0]) for held in self._together for key in held]
            self.values["held"] = [key for key, _ in pairs]
            self.values["holders"] = [holder for _, holder in pairs]
        self._put_names("group", enumerate(group.names for group in groups))
        steps = [step for group in groups for step in group.steps]
        self._put_names("step", enumerate(steps))

    def _put_names(self, kind: str, sets: "enumerate[tuple[str, ...]]") -> None:
        """Each name beside the place of each set that it is in."""
        pairs = [(name, place) for place, names in sets for name in dict.fromkeys(names)]
        if pairs:
            self.values[f"{kind}_names"] = [name for name, _ in pairs]
            self.values[f"{kind}_places"] = [place for _, place in pairs]

    # --- Rows -----------------------------------------------------------------------

    def _base(self) -> exp.Select:
        """The roll-up's rows of somebody, each with its day as a number."""
        subject = SUBJECT[self._per]
        number = self._dialect.days_after(col("day"), "origin")
        columns = ("name", "first_at", "last_at")
        query = of_workspace(
            exp.select(
                called(col(subject), "key"),
                *(col(name) for name in columns),
                called(self._dialect.whole(number), "n"),
            ).from_("usage")
        ).where(col("kind").isin(*USED), col(subject).neq(literal_text("")))
        if self._narrowed:
            name = NARROWED[self._per]
            query = query.where(among(NARROWING[name], name))
        if not self._together:
            return query
        holder = exp.func("COALESCE", col("holder", "h"), col("key", "b"))
        kept = [col(name, "b") for name in (*columns, "n")]
        joined = exp.select(called(holder, "key"), *kept).from_(query.subquery("b"))
        holders = self._lists(("held", "held"), ("holders", "holder")).subquery("h")
        return joined.join(holders, on=col("held", "h").eq(col("key", "b")), join_type="left")

    def _lists(self, *lists: tuple[str, str]) -> exp.Select:
        """Given lists side by side as rows, each under a name."""
        if not self._clickhouse:
            columns = [called(exp.func("UNNEST", given(name)), under) for name, under in lists]
            return exp.select(*columns)
        zipped = exp.Anonymous(this="arrayZip", expressions=[given(name) for name, _ in lists])
        rows = exp.select(called(exp.Anonymous(this="arrayJoin", expressions=[zipped]), "z"))
        parts = [
            called(
                exp.Anonymous(
                    this="tupleElement", expressions=[col("z"), literal_number(place + 1)]
                ),
                under,
            )
            for place, (_, under) in enumerate(lists)
        ]
        return exp.select(*parts).from_(rows.subquery("l"))

    def _rows(self) -> exp.Query:
        """The rows under each group that they belong to."""
        kept = ("key", "n", "first_at", "last_at")
        parts: list[exp.Select] = []
        if "group_names" in self.values:
            named = exp.select(
                *(col(name, "b") for name in kept),
                called(self._dialect.whole(col("place", "g")), "place"),
            ).from_(self._base().subquery("b"))
            groups = self._lists(("group_names", "name"), ("group_places", "place"))
            parts.append(named.join(groups.subquery("g"), on=col("name", "g").eq(col("name", "b"))))
        for place, group in enumerate(self._groups):
            if not group.names:
                here = called(self._dialect.whole(literal_number(place)), "place")
                parts.append(
                    exp.select(*(col(name) for name in kept), here).from_(
                        self._base().subquery("b")
                    )
                )
        return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)

    def _days(self) -> exp.Select:
        """One row for each account, group and day."""
        keys = [col(name) for name in (*THING, "n")]
        return exp.select(*keys).from_(self._rows().subquery("r")).group_by(*keys)

    def _days_told(self) -> exp.Select:
        """The same, with the first and the last instant of the day."""
        return self._days().select(
            called(exp.Min(this=col("first_at")), "first_at"),
            called(exp.Max(this=col("last_at")), "last_at"),
        )

    def _beside(self, days: exp.Select) -> exp.Select:
        """Each of the days beside the day of use before and after it (0 where there is none), and
        the first."""
        none = literal_number(0)
        before, after = (self._neighbour(kind(this=col("n"))) for kind in (exp.Lag, exp.Lead))
        return exp.select(
            "*",
            called(exp.func("COALESCE", before, none), "before"),
            called(exp.func("COALESCE", after, none.copy()), "after"),
            called(self._so_far(exp.FirstValue(this=col("n"))), "first"),
        ).from_(days.subquery("d"))

    @staticmethod
    def _neighbour(figure: exp.Expr) -> exp.Window:
        """The figure among the days of an account and group in their order."""
        return exp.Window(
            this=figure,
            partition_by=[col(name) for name in THING],
            order=exp.Order(expressions=[col("n")]),
        )

    def _so_far(self, figure: exp.Expr) -> exp.Window:
        """The figure over the days of an account and group up to each."""
        window = self._neighbour(figure)
        window.set(
            "spec",
            exp.WindowSpec(
                kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"
            ),
        )
        return window

    def _gap(self) -> exp.Expr:
        """The interval that ends on a day; 0 for the first day."""
        none = col("before").eq(literal_number(0))
        interval = exp.Paren(this=exp.Sub(this=col("n"), expression=col("before")))
        return value_when(none, literal_number(0), interval)

    # --- Stretches and what they sum up to ------------------------------------------

    def summed(self) -> exp.Select:
        """One row for each account and group: key, place, first_at, second_at, last_at, days,
        squares, longest gap, first day of a regular pattern, days of regular patterns."""
        gaps = exp.select("*", called(self._gap(), "gap")).from_(
            self._beside(self._days_told()).subquery("e")
        )
        breaks = exp.or_(col("before").eq(literal_number(0)), col("gap") > self._limit("longest"))
        torn = value_when(breaks, literal_number(1), literal_number(0))
        marked = exp.select("*", called(self._so_far(exp.Sum(this=torn)), "stretch")).from_(
            gaps.subquery("f")
        )
        second = value_when(
            col("before").eq(col("first")).and_(col("before").neq(literal_number(0))),
            col("first_at"),
        )
        keys = [col(name) for name in (*THING, "stretch")]
        square = exp.Mul(this=col("gap"), expression=col("gap"))
        stretches = (
            exp.select(
                *keys,
                called(exp.Min(this=col("first_at")), "first_at"),
                called(exp.Min(this=second), "second_at"),
                called(exp.Max(this=col("last_at")), "last_at"),
                called(exp.Count(this=exp.Star()), "days"),
                called(exp.Sum(this=square), "squares"),
                called(exp.Max(this=col("gap")), "widest"),
                called(exp.Min(this=col("n")), "began"),
                called(exp.Max(this=col("n")), "ended"),
            )
            .from_(marked.subquery("m"))
            .group_by(*keys)
        )
        lasted = exp.Paren(this=exp.Sub(this=col("ended"), expression=col("began")))
        regular = exp.and_(
            col("days") >= self._limit("fewest"), lasted.copy() >= self._limit("shortest")
        )
        whole = self._dialect.whole
        things = [col(name) for name in THING]
        return (
            exp.select(
                *things,
                called(exp.Min(this=col("first_at")), "first_at"),
                called(exp.Min(this=col("second_at")), "second_at"),
                called(exp.Max(this=col("last_at")), "last_at"),
                called(whole(exp.Sum(this=col("days"))), "days"),
                called(whole(exp.Sum(this=col("squares"))), "squares"),
                called(whole(exp.Max(this=col("widest"))), "widest"),
                called(exp.Min(this=value_when(regular, col("began"))), "regular_on"),
                called(
                    whole(
                        exp.Sum(this=value_when(regular.copy(), lasted.copy(), literal_number(0)))
                    ),
                    "regular_days",
                ),
            )
            .from_(stretches.subquery("t"))
            .group_by(*things)
        )

    def _limit(self, name: str) -> exp.Expr:
        """A limit of the group that a row belongs to."""
        places: dict[int, list[int]] = defaultdict(list)
        for place, group in enumerate(self._groups):
            places[getattr(group, name)].append(place)
        usual, *others = sorted(places, key=lambda limit: -len(places[limit]))
        if not others:
            return literal_number(usual)
        chosen = exp.Case()
        for limit in others:
            chosen = chosen.when(
                col("place").isin(*(literal_number(place) for place in places[limit])),
                literal_number(limit),
            )
        return chosen.else_(literal_number(usual))

    def completed(self) -> exp.Select | None:
        """key, place, and when an event of each step had come; None where no group has steps."""
        owners = [place for place, group in enumerate(self._groups) for _ in group.steps]
        if not owners:
            return None
        rows = exp.select(col("key", "b"), col("first_at", "b"), col("step", "g")).from_(
            self._base().subquery("b")
        )
        steps = self._lists(("step_names", "name"), ("step_places", "step")).subquery("g")
        rows = rows.join(steps, on=col("name", "g").eq(col("name", "b")))
        firsts = (
            exp.select(col("key"), col("step"), called(exp.Min(this=col("first_at")), "first_at"))
            .from_(rows.subquery("r"))
            .group_by(col("key"), col("step"))
        )
        placed = exp.select(
            col("key"), col("first_at"), called(self._dialect.whole(self._owner(owners)), "place")
        ).from_(firsts.subquery("f"))
        things = [col(name) for name in THING]
        return (
            exp.select(*things, called(exp.Max(this=col("first_at")), "completed_at"))
            .from_(placed.subquery("p"))
            .group_by(*things)
            .having(exp.Count(this=exp.Star()).eq(self._steps_of_place()))
        )

    @staticmethod
    def _owner(owners: Sequence[int]) -> exp.Expr:
        """The group that a step belongs to."""
        by_owner: dict[int, list[int]] = defaultdict(list)
        for step, owner in enumerate(owners):
            by_owner[owner].append(step)
        chosen = exp.Case()
        for owner, steps in by_owner.items():
            chosen = chosen.when(
                col("step").isin(*(literal_number(step) for step in steps)),
                literal_number(owner),
            )
        return chosen.else_(literal_number(0))

    def _steps_of_place(self) -> exp.Expr:
        chosen = exp.Case()
        for place, group in enumerate(self._groups):
            if group.steps:
                chosen = chosen.when(
                    col("place").eq(literal_number(place)), literal_number(len(group.steps))
                )
        return chosen.else_(literal_number(0))

    # --- Put together over everybody -------------------------------------------------

    def durations(self, whats: Sequence[Lasting]) -> exp.Query:
        """place, what, month, days, which kind of count, how many."""
        parts: list[exp.Query] = []
        milestones = [what for what in whats if what is not Lasting.NEXT_USE]
        if Lasting.NEXT_USE in whats:
            parts += self._next_uses()
        if milestones:
            waited = exp.Sub(this=self._today(), expression=col("seen"))
            took = exp.Sub(this=col("reached"), expression=col("seen"))
            about = (col("place"), col("what"))
            arrived = exp.select("*").from_("arrived")
            started = exp.select("*").from_(self._starts().subquery("s"))
            parts += [
                self._counted(arrived, about, "seen", took, HAPPENED),
                self._counted(arrived, about, "seen", waited, ARRIVED),
                self._counted(started, [literal_number(0)] * 2, "seen", waited.copy(), STARTED),
            ]
        query: exp.Query = parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)
        kept = None if self._clickhouse else True  # ClickHouse computes what is named each time
        query = query.with_("beside", as_=self._beside(self._days()), materialized=kept)
        if milestones:
            query = query.with_("arrived", as_=self._arrived(milestones), materialized=kept)
        return query

    def _counted(
        self,
        rows: exp.Select,
        about: Sequence[exp.Expr],
        start: str,
        days: exp.Expr,
        kind: int,
    ) -> exp.Select:
        """How many rows there are of each month of a start and number of days."""
        named = exp.select(
            *(called(one.copy(), name) for one, name in zip(about, ("place", "what"), strict=True)),
            called(self._dialect.month_number(col(start), "origin"), "month"),
            called(days, "days"),
        ).from_(rows.subquery("r"))
        keys = [col(name) for name in ("place", "what", "month", "days")]
        counts = (called(literal_number(kind), "kind"), called(exp.Count(this=exp.Star()), "count"))
        return exp.select(*keys, *counts).from_(named.subquery("x")).group_by(*keys)

    def _next_uses(self) -> list[exp.Query]:
        """From each day of use to the next; and from the last of them to the day that asks."""
        about = (col("place"), literal_number(Lasting.NEXT_USE))
        beside = exp.select("*").from_("beside")
        later = beside.where(col("before").neq(literal_number(0)))
        last = beside.where(col("after").eq(literal_number(0)), col("n") <= self._today())
        waited = exp.Sub(this=self._today(), expression=col("n"))
        return [
            self._counted(later, about, "first", self._gap(), HAPPENED),
            self._counted(last, about, "first", waited, WAITING),
        ]

    def _starts(self) -> exp.Select:
        """The day on which each was first seen, doing anything."""
        return (
            exp.select(col("key"), called(exp.Min(this=col("n")), "seen"))
            .from_(self._base().subquery("b"))
            .group_by(col("key"))
        )

    def _arrived(self, whats: Sequence[Lasting]) -> exp.Select:
        """place, what, the day on which somebody was first seen, and that of the milestone."""
        reaching = {
            Lasting.FIRST_USE: self._first_days,
            Lasting.COMPLETED: self._completed_days,
            Lasting.REGULAR: self._regular_days,
        }
        parts = [
            exp.select(
                col("key"),
                col("place"),
                called(literal_number(what), "what"),
                called(col("n"), "reached"),
            ).from_(reaching[what]().subquery("q"))
            for what in whats
        ]
        rows: exp.Query = parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)
        columns = [col(name, "m") for name in ("place", "what", "reached")]
        return (
            exp.select(*columns, col("seen", "s"))
            .from_(rows.subquery("m"))
            .join(self._starts().subquery("s"), on=col("key", "s").eq(col("key", "m")))
        )

    def _first_days(self) -> exp.Query:
        """key, place, n: the first day of use."""
        first = exp.select(*(col(name) for name in (*THING, "n"))).from_("beside")
        return first.where(col("before").eq(literal_number(0)))

    def _completed_days(self) -> exp.Query:
        """key, place, n: the day on which the first use was complete."""
        second = exp.select(*(col(name) for name in (*THING, "n"))).from_("beside")
        second = second.where(col("before").eq(col("first")), col("before").neq(literal_number(0)))
        completed = self.completed()
        if completed is None:
            return second
        stepped = [place for place, group in enumerate(self._groups) if group.steps]
        second = second.where(
            col("place").isin(*(literal_number(place) for place in stepped)).not_()
        )
        day = self._dialect.days_after(self._dialect.day_of(col("completed_at")), "origin")
        done = exp.select(
            *(col(name) for name in THING), called(self._dialect.whole(day), "n")
        ).from_(completed.subquery("c"))
        return exp.union(second, done, distinct=False)

    def _regular_days(self) -> exp.Select:
        """key, place, n: the first day of the first regular stretch."""
        longest = self._limit("longest")
        torn = value_when(
            exp.or_(col("before").eq(literal_number(0)), self._gap() > longest),
            literal_number(1),
            literal_number(0),
        )
        beside = exp.select("*").from_("beside")
        if all(group.shortest > 0 or group.fewest > 1 for group in self._groups):
            # A day with none near it is no stretch; most days of most people are such.
            ahead = exp.Paren(this=exp.Sub(this=col("after"), expression=col("n")))
            beside = beside.where(
                exp.or_(
                    exp.and_(col("before").neq(literal_number(0)), self._gap() <= longest.copy()),
                    exp.and_(col("after").neq(literal_number(0)), ahead <= longest.copy()),
                )
            )
        things = [col(name) for name in THING]
        marked = exp.select(
            *things, col("n"), called(self._so_far(exp.Sum(this=torn)), "stretch")
        ).from_(beside.subquery("f"))
        keys = [*things, col("stretch")]
        stretches = (
            exp.select(
                *keys,
                called(exp.Count(this=exp.Star()), "days"),
                called(exp.Min(this=col("n")), "began"),
                called(exp.Max(this=col("n")), "ended"),
            )
            .from_(marked.subquery("m"))
            .group_by(*keys)
        )
        lasted = exp.Paren(this=exp.Sub(this=col("ended"), expression=col("began")))
        return (
            exp.select(*things, called(exp.Min(this=col("began")), "n"))
            .from_(stretches.subquery("t"))
            .where(col("days") >= self._limit("fewest"), lasted >= self._limit("shortest"))
            .group_by(*things)
        )

    def _today(self) -> exp.Expr:
        today = exp.cast(given("today"), "DATE")
        return self._dialect.whole(self._dialect.days_after(today, "origin"))

    def absences(self) -> exp.Select:
        """key, place, last day of use, next day of use or 0."""
        passed = exp.select(
            *(col(name) for name in THING),
            called(col("before"), "since"),
            called(col("n"), "until"),
        ).from_(self._beside(self._days()).subquery("e"))
        passed = passed.where(col("before").neq(literal_number(0)), self._gap() >= given("days"))
        things = [col(name) for name in THING]
        last = (
            exp.select(*things, called(exp.Max(this=col("n")), "last"))
            .from_(self._days().subquery("d"))
            .group_by(*things)
        )
        lasting = exp.select(
            *things,
            called(col("last"), "since"),
            called(self._dialect.whole(literal_number(0)), "until"),
        ).from_(last.subquery("q"))
        waited = exp.Paren(this=exp.Sub(this=self._today(), expression=col("last")))
        lasting = lasting.where(waited >= given("days"))
        both = exp.union(passed, lasting, distinct=False)
        order = [col(name) for name in (*THING, "since")]
        return exp.select(*order, col("until")).from_(both.subquery("x")).order_by(*order)

    def around(self, spans: Sequence[tuple[date, date]]) -> exp.Select:
        """key, place, then for each span the last day before it and the first after it."""
        things = [col(name) for name in THING]
        columns: list[exp.Expr] = []
        for place, (first, last) in enumerate(spans):
            start, end = ((day - ORIGIN).days for day in (first, last))
            before = value_when(col("n") < literal_number(start), col("n"))
            after = value_when(col("n") > literal_number(end), col("n"))
            columns.append(called(exp.Max(this=before), f"before_{place}"))
            columns.append(called(exp.Min(this=after), f"after_{place}"))
        return (
            exp.select(*things, *columns)
            .from_(self._days().subquery("d"))
            .group_by(*things)
            .order_by(*things)
        )


def _durations(
    rows: Iterable[tuple[int, int, int, int, int, int]],
    *,
    places: Iterable[int],
    milestones: Collection[Lasting],
) -> list[UseDuration]:
    """The answer: who waits for a milestone are those who started and have not arrived."""
    whats, months = tuple(Lasting), _Months()
    started: dict[tuple[int, int], int] = {}
    arrived: dict[tuple[int, int, int, int], int] = {}
    told = []
    for place, what, month, days, kind, count in rows:
        if kind == STARTED:
            started[month, days] = count
        elif kind == ARRIVED:
            arrived[place, what, month, days] = count
        else:
            told.append(
                UseDuration(
                    place=place,
                    what=whats[what],
                    month_on=months[month],
                    days=days,
                    happened=kind == HAPPENED,
                    count=count,
                )
            )
    told += [
        UseDuration(
            place=place,
            what=what,
            month_on=months[month],
            days=days,
            happened=False,
            count=waiting,
        )
        for place in places
        for what in milestones
        for (month, days), count in started.items()
        if days >= 0 and (waiting := count - arrived.get((place, what, month, days), 0)) > 0
    ]
    return told


class _Months(dict[int, date]):
    """The first day of each month, by its number since January of year 0."""

    def __missing__(self, number: int) -> date:
        self[number] = date(number // 12, number % 12 + 1, 1)
        return self[number]


def _aware(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)


def _day(number: int | None) -> date | None:
    return None if number is None else ORIGIN + timedelta(days=int(number))


def _surely(day: date | None) -> date:
    if day is None:
        raise ValueError("the store answered no day where there is always one")
    return day
