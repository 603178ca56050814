"""Adoption: first uses, regular patterns, and the days between uses, from the daily roll-up.

Level by level, the same for both engines: the rows of the roll-up under the groups that their name
belongs to; one row for each account (or person), group and day; each of them beside the day of use
before it; stretches in which no interval is too long; one row for each account and group. Days are
whole numbers since 1900, places and limits numbers of ours.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Final

import msgspec
from sqlglot import exp

from vereda.events.contracts.adopting import (
    UseAbsence,
    UseAround,
    UseGroup,
    UseInterval,
    UseMilestone,
    UsesOfSubject,
    UseStart,
)
from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.contracts.measuring import Per
from vereda.events.store.questions import NARROWING, USED, among, col, given, of_workspace
from vereda.events.store.shapes import Dialect, called, literal_number, literal_text, value_when

SUBJECT: Final = {Per.ACCOUNT: "account_key", Per.PERSON: "person_key"}
NARROWED: Final = {Per.ACCOUNT: "accounts", Per.PERSON: "people"}
ORIGIN: Final = date(1900, 1, 1)
THING: Final = ("key", "place")
MILESTONES: Final = 3


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

    def use_milestones(
        self,
        workspace: WorkspaceKey,
        *,
        groups: Sequence[UseGroup],
        per: Per = Per.PERSON,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UseMilestone]:
        """After how many days, from the one on which they were first seen, how many reached
        what."""
        asked = _Asked(self.dialect, workspace, groups, per, None, together)
        return [
            UseMilestone(
                place=place, what=what, seen_on=_surely(_day(seen)), days=days, count=count
            )
            for place, what, seen, days, count in self._run(asked, asked.milestones())
        ]

    def use_starts(
        self,
        workspace: WorkspaceKey,
        *,
        per: Per = Per.PERSON,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UseStart]:
        """How many were first seen on each day."""
        asked = _Asked(self.dialect, workspace, (), per, None, together)
        starts = exp.select(col("seen"), called(exp.Count(this=exp.Star()), "count"))
        query = starts.from_(asked.starts().subquery("s")).group_by(col("seen"))
        return [
            UseStart(seen_on=_surely(_day(seen)), count=count)
            for seen, count in self._run(asked, query.order_by(col("seen")))
        ]

    def use_intervals(
        self,
        workspace: WorkspaceKey,
        *,
        groups: Sequence[UseGroup],
        per: Per,
        on: date,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UseInterval]:
        """The days from one day of use to the next, and from the last of them to `on`."""
        asked = _Asked(self.dialect, workspace, groups, per, None, together)
        asked.values["today"] = on
        return [
            UseInterval(
                place=place,
                first_on=_surely(_day(first)),
                days=days,
                closed=bool(closed),
                count=count,
            )
            for place, first, days, closed, count in self._run(asked, asked.intervals())
        ]

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

    def _run(self, asked: "_Asked", query: exp.Select) -> list[tuple[Any, ...]]:
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
        return (
            exp.select(
                *keys,
                called(exp.Min(this=col("first_at")), "first_at"),
                called(exp.Max(this=col("last_at")), "last_at"),
            )
            .from_(self._rows().subquery("r"))
            .group_by(*keys)
        )

    def _beside(self) -> exp.Select:
        """Each day beside the day of use before it (0 where there is none), and the first."""
        before = self._over(exp.Max(this=col("n")), since="1", until="1")
        return exp.select(
            "*",
            called(exp.func("COALESCE", before, literal_number(0)), "before"),
            called(self._over(exp.Min(this=col("n"))), "first"),
        ).from_(self._days().subquery("d"))

    @staticmethod
    def _over(figure: exp.Expr, *, since: str = "UNBOUNDED", until: str = "") -> exp.Window:
        """The figure over the days of an account and group up to this one (or so many before)."""
        end = {"end": until, "end_side": "PRECEDING"} if until else {"end": "CURRENT ROW"}
        return exp.Window(
            this=figure,
            partition_by=[col(name) for name in THING],
            order=exp.Order(expressions=[col("n")]),
            spec=exp.WindowSpec(kind="ROWS", start=since, start_side="PRECEDING", **end),
        )

    def _gap(self) -> exp.Expr:
        """The interval that ends on a day; 0 for the first day."""
        none = col("before").eq(literal_number(0))
        interval = exp.Paren(this=exp.Sub(this=col("n"), expression=col("before")))
        return value_when(none, literal_number(0), interval)

    # --- Stretches and what they sum up to ------------------------------------------

    def summed(self) -> exp.Select:
        """One row for each account and group: key, place, first_at, second_at, last_at, days,
        squares, longest gap, first day of a regular pattern, days of regular patterns."""
        gaps = exp.select("*", called(self._gap(), "gap")).from_(self._beside().subquery("e"))
        breaks = exp.or_(col("before").eq(literal_number(0)), col("gap") > self._limit("longest"))
        torn = value_when(breaks, literal_number(1), literal_number(0))
        marked = exp.select("*", called(self._over(exp.Sum(this=torn)), "stretch")).from_(
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

    def starts(self) -> exp.Select:
        """The day on which each was first seen, doing anything."""
        return (
            exp.select(col("key"), called(exp.Min(this=col("n")), "seen"))
            .from_(self._base().subquery("b"))
            .group_by(col("key"))
        )

    def milestones(self) -> exp.Select:
        """place, what, day first seen, days from then, how many."""
        summed = self.summed().subquery("u")
        wanted = [col("key", "u"), col("place", "u"), col("regular_on", "u"), col("seen", "s")]
        done: exp.Expr = col("second_at", "u")
        joined = exp.select(*wanted, col("first_at", "u")).from_(summed)
        completed = self.completed()
        if completed is not None:
            same = exp.and_(
                col("key", "c").eq(col("key", "u")), col("place", "c").eq(col("place", "u"))
            )
            joined = joined.join(completed.subquery("c"), on=same, join_type="left")
            stepped = [place for place, group in enumerate(self._groups) if group.steps]
            has_steps = col("place", "u").isin(*(literal_number(place) for place in stepped))
            done = value_when(has_steps, col("completed_at", "c"), done)
        joined = joined.join(
            self.starts().subquery("s"), on=col("key", "s").eq(col("key", "u"))
        ).select(called(done, "done_at"))
        whats: exp.Query = exp.union(
            *(exp.select(called(literal_number(what), "what")) for what in range(MILESTONES)),
            distinct=False,
        )
        reached = (
            exp.Case()
            .when(col("what").eq(literal_number(0)), self._number_of(col("first_at")))
            .when(col("what").eq(literal_number(1)), self._number_of(col("done_at")))
            .else_(col("regular_on"))
        )
        each = (
            exp.select(col("place"), col("what"), col("seen"), called(reached, "reached"))
            .from_(joined.subquery("j"))
            .join(whats.subquery("w"), join_type="cross")
        )
        took = exp.Sub(this=col("reached"), expression=col("seen"))
        counted = (
            exp.select(col("place"), col("what"), col("seen"), called(took, "days"))
            .from_(each.subquery("v"))
            .where(col("reached").is_(exp.null()).not_())
        )
        keys = [col(name) for name in ("place", "what", "seen", "days")]
        return (
            exp.select(*keys, called(exp.Count(this=exp.Star()), "count"))
            .from_(counted.subquery("x"))
            .group_by(*keys)
            .order_by(*keys)
        )

    def _number_of(self, instant: exp.Expr) -> exp.Expr:
        """The day of an instant as a number; NULL of none."""
        return self._dialect.whole(
            self._dialect.days_after(self._dialect.day_of(instant), "origin")
        )

    def intervals(self) -> exp.Select:
        """place, day of first use, days, closed, how many."""
        closed = exp.select(
            col("place"),
            col("first"),
            called(self._gap(), "days"),
            called(literal_number(1), "closed"),
        ).from_(self._beside().subquery("e"))
        closed = closed.where(col("before").neq(literal_number(0)))
        things = [col(name) for name in THING]
        last = (
            exp.select(
                *things,
                called(exp.Min(this=col("n")), "first"),
                called(exp.Max(this=col("n")), "last"),
            )
            .from_(self._days().subquery("d"))
            .group_by(*things)
        )
        waiting = exp.select(
            col("place"),
            col("first"),
            called(exp.Sub(this=self._today(), expression=col("last")), "days"),
            called(literal_number(0), "closed"),
        ).from_(last.subquery("q"))
        both = exp.union(closed, waiting, distinct=False)
        keys = [col(name) for name in ("place", "first", "days", "closed")]
        return (
            exp.select(*keys, called(exp.Count(this=exp.Star()), "count"))
            .from_(both.subquery("x"))
            .group_by(*keys)
            .order_by(*keys)
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
        ).from_(self._beside().subquery("e"))
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


def _aware(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)


def _day(number: int | None) -> date | None:
    return None if number is None else ORIGIN + timedelta(days=int(number))


def _surely(day: date | None) -> date:
    if day is None:
        raise ValueError("the store answered no day where there is always one")
    return day
