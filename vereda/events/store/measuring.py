"""Measuring: every metric of a workspace in one pass over the roll-up and one over the events.

All questions that the daily roll-up can answer share one statement; those about properties share
another over the events themselves; each duration has one of its own. A statement groups twice:
by account and person first, where counts, days and last uses of every question are gathered at
once, then by account (or person), where those who did something are counted: counting different
people so costs no more than counting uses.

An account or person with several keys is one: the rows of such few are fetched before the second
grouping and put together here.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from statistics import median
from typing import Any, ClassVar, Final

import msgspec
from sqlglot import exp

from vereda.events.contracts.answers import StoredEvent
from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.contracts.measuring import Measure, Measured, Measurement, Per
from vereda.events.store.questions import (
    EVENT,
    NARROWING,
    USED,
    among,
    col,
    events_of_linked,
    given,
    of_workspace,
    resolved_events,
)
from vereda.events.store.shapes import (
    Dialect,
    People,
    Reader,
    Row,
    Shape,
    all_of,
    answer_to_silence,
    called,
    literal_number,
    literal_text,
    reader_of,
    spans_of,
    value_when,
)

Answer = tuple[float | None, float | None]
KEYS: Final = ("account_key", "person_key", "anonymous_id")
USES: Final = "uses"
SUBJECT: Final = {Per.ACCOUNT: "account_key", Per.PERSON: "person_key"}
NARROWED: Final = {Per.ACCOUNT: "accounts", Per.PERSON: "people"}


class Measuring(ABC):
    """The measuring part of an `EventStore`."""

    dialect: ClassVar[str]

    @abstractmethod
    def _select(self, statement: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows of a statement in the engine's dialect; instants are UTC without a zone."""

    def measure(
        self,
        workspace: WorkspaceKey,
        *,
        questions: Sequence[Measurement],
        per: Per = Per.ACCOUNT,
        keys: Collection[str] | None = None,
        together: Sequence[Sequence[str]] = (),
        rolled_up: bool = True,
    ) -> list[Measured]:
        """The answers about every account or person with those keys (None: all) that did anything.

        Each list in `together` holds the keys of one account or person, which is answered under
        the first of them. `rolled_up=False` asks the events themselves, for a comparison.
        """
        parts = [
            [
                place
                for place, question in enumerate(questions)
                if (question.from_roll_up and rolled_up) is from_roll_up
                and question.measure is not Measure.DURATION
            ]
            for from_roll_up in (True, False)
        ]
        silence = [answer_to_silence(question) for question in questions]
        found: dict[str, list[Answer]] = defaultdict(silence.copy)
        asked = _Asked(workspace, per, keys, together)
        for places, from_roll_up in zip(parts, (True, False), strict=True):
            if places:
                part = [questions[place] for place in places]
                self._gather(asked, part, places, found, from_roll_up=from_roll_up)
        for place, question in enumerate(questions):
            if question.measure is Measure.DURATION:
                for key, answer in self._durations(asked, question).items():
                    found[key][place] = answer
        return [
            Measured(
                key=key, values=[now for now, _ in told], before=[before for _, before in told]
            )
            for key, told in sorted(found.items())
        ]

    def events_behind(
        self,
        workspace: WorkspaceKey,
        *,
        question: Measurement,
        keys: Collection[str],
        per: Per = Per.ACCOUNT,
        limit: int,
    ) -> list[StoredEvent]:
        """The events that a number is made of, from its span, the latest first."""
        dialect = Dialect(self.dialect)
        shape = Shape(dialect, question.since, question.until)
        names = (*question.names, *question.ends, *(n for group in question.groups for n in group))
        matching = shape.matching(tuple(dict.fromkeys(names)), question.filters)
        rows = _raw_rows(shape, narrowed=NARROWED[per], columns=EVENT)
        chosen = exp.select(*(col(name) for name in EVENT)).from_(rows.subquery("n"))
        chosen = chosen.where(all_of(matching))
        chosen = chosen.order_by(exp.Ordered(this=col("occurred_at"), desc=True)).limit(
            given("limit")
        )
        statement = exp.select("*").from_(resolved_events(chosen).subquery("r"))
        statement = statement.order_by(
            exp.Ordered(this=col("occurred_at"), desc=True), exp.Ordered(this=col("seq"), desc=True)
        )
        values = {
            "workspace": workspace,
            "limit": limit,
            NARROWED[per]: list(keys),
            **_span_values(question.since, question.until),
            **shape.values,
            **shape.sets.parameters(),
        }
        found = self._answered(statement, values)
        return msgspec.convert(
            [dict(zip(EVENT, map(_with_zone, row), strict=True)) for row in found],
            list[StoredEvent],
        )

    def touched(
        self, workspace: WorkspaceKey, *, after: int, through: int, per: Per = Per.ACCOUNT
    ) -> list[str]:
        """The accounts or people whom events with these numbers say something new about."""
        values = {"workspace": workspace, "after": after, "through": through}
        found: set[str] = set()
        for table, used in (("events", col("kind").isin(*USED)), ("identity", exp.true())):
            query = of_workspace(exp.select(col(SUBJECT[per])).distinct().from_(table)).where(
                col("seq") > given("after"),
                col("seq") <= given("through"),
                col(SUBJECT[per]).neq(literal_text("")),
                used,
            )
            found.update(key for (key,) in self._answered(query, values))
        return sorted(found)

    def _answered(self, query: exp.Select, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows of a query, which is given the values that it names and no other."""
        named = {str(one.this) for one in query.find_all(exp.Placeholder)}
        given_values = {name: value for name, value in values.items() if name in named}
        return self._select(query.sql(dialect=self.dialect), given_values)

    # --- One pass --------------------------------------------------------------------

    def _gather(
        self,
        asked: "_Asked",
        questions: Sequence[Measurement],
        places: Sequence[int],
        found: dict[str, list[Answer]],
        *,
        from_roll_up: bool,
    ) -> None:
        prepared = _prepared(
            tuple(questions),
            per=asked.per,
            narrowed=asked.keys is not None,
            from_roll_up=from_roll_up,
            dialect=self.dialect,
        )
        values = {**prepared.values, "workspace": asked.workspace}
        if asked.keys is not None:
            values[NARROWED[asked.per]] = list(asked.keys)
        readers = list(zip(places, prepared.readers, strict=True))
        several = {key for keys in asked.together for key in keys}
        for key, *row in self._select(prepared.by_subject, values):
            if key not in several:
                _answer(found[key], row, readers)
        if several:
            values["several"] = sorted(several)
            rows = self._select(prepared.by_person_of_several, values)
            for key, told in _put_together(rows, asked, prepared.shape).items():
                _answer(found[key], [told[name] for name in prepared.names], readers)

    # --- Durations --------------------------------------------------------------------

    def _durations(self, asked: "_Asked", question: Measurement) -> dict[str, Answer]:
        """The median hours from a start to the next end, by the span that the end lies in."""
        earliest = question.before - (question.since - question.before)
        shape = Shape(Dialect(self.dialect), earliest, question.until)
        pairs, values = (
            _pairs(asked, question, shape),
            {
                "workspace": asked.workspace,
                **_span_values(earliest, question.until),
            },
        )
        values |= shape.values | shape.sets.parameters()
        if asked.keys is not None:
            values[NARROWED[asked.per]] = list(asked.keys)
        subject = SUBJECT[asked.per]
        hours = exp.Div(
            this=shape.dialect.seconds_between(col("started_at"), col("occurred_at")),
            expression=literal_number(3600),
        )
        medians = [
            called(
                shape.dialect.median(value_when(all_of(shape.in_span(*span)), hours.copy())),
                f"m{place}",
            )
            for place, span in enumerate(spans_of(question))
        ]
        query = exp.select(col(subject), *medians).from_(pairs.subquery("p"))
        several = {key: keys[0] for keys in asked.together for key in keys}
        answers = {
            key: (_number_or_none(now), _number_or_none(before))
            for key, now, before in self._answered(query.group_by(col(subject)), values)
            if key not in several
        }
        if several:
            single = exp.select(col(subject), col("place"), called(hours, "hours"))
            single = single.from_(pairs.copy().subquery("p")).where(among(subject, "several"))
            rows = self._answered(single, {**values, "several": sorted(several)})
            answers |= _medians_together(rows, several, question, start=earliest)
        return answers


class _Asked(msgspec.Struct, frozen=True):
    """Whose answers are wanted."""

    workspace: WorkspaceKey
    per: Per
    keys: Collection[str] | None
    together: Sequence[Sequence[str]]


class _Prepared(msgspec.Struct, frozen=True):
    """The statements for some questions, and how their rows are read."""

    by_subject: str
    by_person_of_several: str
    names: list[str]
    values: dict[str, object]
    readers: list[Reader]
    shape: Shape


@lru_cache(maxsize=64)
def _prepared(
    questions: tuple[Measurement, ...],
    *,
    per: Per,
    narrowed: bool,
    from_roll_up: bool,
    dialect: str,
) -> _Prepared:
    """What answers these questions; made once while the day and the metrics stay the same."""
    start = min(question.before for question in questions)
    until = max(question.until for question in questions)
    shape = Shape(Dialect(dialect), start, until)
    readings = [reader_of(question, shape) for question in questions]
    gathering = _Gathering(shape, per, narrowed=narrowed, from_roll_up=from_roll_up)
    by_subject, names = gathering.by_subject()
    at = {name: place for place, name in enumerate(names)}
    values = {**_span_values(start, until), **shape.values, **shape.sets.parameters()}
    named = {str(one.this) for one in by_subject.find_all(exp.Placeholder)}
    return _Prepared(
        by_subject.sql(dialect=dialect),
        gathering.by_person_of_several().sql(dialect=dialect),
        names,
        {name: value for name, value in values.items() if name in named},
        [reading(at) for reading in readings],
        shape,
    )


class _Gathering:
    """The statement that gathers a shape's columns, level by level."""

    def __init__(self, shape: Shape, per: Per, *, narrowed: bool, from_roll_up: bool) -> None:
        self._shape = shape
        self._subject = SUBJECT[per]
        narrowing = NARROWED[per] if narrowed else None
        if from_roll_up:
            self._by_person = self._gathered(_rolled_up_rows(shape, narrowed=narrowing))
            return
        gathered = self._gathered(_raw_rows(shape, narrowed=narrowing))
        self._by_person = self._merged(_with_links(gathered, self._names()), KEYS)
        if narrowing is not None:
            whole = exp.select("*").from_(self._by_person.subquery("w"))
            self._by_person = whole.where(among(self._subject, narrowing))

    def by_subject(self) -> tuple[exp.Select, list[str]]:
        """One row for each account or person, and the names of its figures."""
        query = self._merged(self._by_person, (self._subject,), count_people=True)
        query = query.where(col(self._subject).neq(literal_text("")))
        return query, [*self._names(), *(each.name for each in self._shape.people.values())]

    def by_person_of_several(self) -> exp.Select:
        """One row for each account and person of those that have several keys."""
        columns = [col(name) for name in (*KEYS, *self._names())]
        query = exp.select(*columns).from_(self._by_person.copy().subquery("b"))
        return query.where(among(self._subject, "several"))

    def _columns(self) -> list[Any]:
        return list(self._shape.columns.values())

    def _names(self) -> list[str]:
        return [each.name for each in self._columns()]

    def _gathered(self, rows: exp.Select) -> exp.Select:
        """Rows of uses as one row for each account and person."""
        figures = [
            called(self._together(each.merge, each.gathered, whole=each.whole), each.name)
            for each in self._columns()
        ]
        keys = [col(name) for name in KEYS]
        return exp.select(*keys, *figures).from_(rows.subquery("n")).group_by(*keys)

    def _merged(
        self, gathered: exp.Select, keys: Sequence[str], *, count_people: bool = False
    ) -> exp.Select:
        """Gathered rows put together to fewer."""
        figures = [
            called(self._together(each.merge, col(each.name, "g"), whole=each.whole), each.name)
            for each in self._columns()
        ]
        if count_people:
            figures += [self._counted(each) for each in self._shape.people.values()]
        grouped = [col(name, "g") for name in keys]
        return exp.select(*grouped, *figures).from_(gathered.subquery("g")).group_by(*grouped)

    def _counted(self, people: People) -> exp.Expr:
        """How many rows of somebody have any of the bits."""
        dialect = self._shape.dialect
        did = exp.or_(
            *(
                dialect.bits_in(col(name, "g"), mask).neq(literal_number(0))
                for name, mask in people.bits
            )
        )
        somebody = exp.or_(
            col("person_key", "g").neq(literal_text("")),
            col("anonymous_id", "g").neq(literal_text("")),
        )
        one = value_when(exp.and_(did, somebody), literal_number(1), literal_number(0))
        return called(self._together("sum", one), people.name)

    def _together(self, merge: str, figure: exp.Expr, *, whole: bool = True) -> exp.Expr:
        match merge:
            case "or":
                return self._shape.dialect.any_bit(figure)
            case "max":
                return exp.Max(this=figure)
            case "min":
                return exp.Min(this=figure)
        total = exp.Sum(this=figure)
        return self._shape.dialect.whole(total) if whole else total


# --- Where the rows come from -----------------------------------------------------------


def _rolled_up_rows(shape: Shape, *, narrowed: str | None) -> exp.Select:
    """The roll-up's rows of the spans, with their places and bits."""
    columns = [*(col(name) for name in (*KEYS, "name")), _uses(shape)]
    place = called(shape.dialect.days_after(col("day"), "since"), "place")
    query = of_workspace(exp.select(*columns, place).from_("usage")).where(
        col("kind").isin(*USED), col("day") >= given("since"), col("day") < given("until")
    )
    if narrowed is not None:
        query = query.where(among(NARROWING[narrowed], narrowed))
    return _with_bits(query, shape)


def _uses(shape: Shape) -> exp.Expr:
    return called(shape.dialect.real(col("count")), USES)


def _raw_rows(
    shape: Shape, *, narrowed: str | None, columns: Sequence[str] = (*KEYS, "name", USES)
) -> exp.Select:
    """The events of the spans, with their places, bits and what is computed for each."""
    day = shape.dialect.day_of(col("occurred_at"))
    place = called(shape.dialect.days_after(day, "since"), "place")
    needed = dict.fromkeys((*columns, "properties")) if shape.computed else dict.fromkeys(columns)
    chosen = [_uses(shape) if name == USES else col(name) for name in needed]
    query = of_workspace(exp.select(*chosen, place).from_("events")).where(
        col("kind").isin(*USED),
        col("occurred_at") >= given("since_at"),
        col("occurred_at") < given("until_at"),
    )
    if narrowed is not None:
        query = query.where(
            exp.or_(among(NARROWING[narrowed], narrowed), events_of_linked(narrowed))
        )
    rows = _with_bits(query, shape)
    for place_of, made in enumerate(shape.computed.items()):
        told, expression = made
        name = f"{told.partition('|')[0]}_{place_of}"
        rows = exp.select("*", called(expression, name)).from_(rows.subquery(f"c{place_of}"))
    return rows


def _with_bits(query: exp.Select, shape: Shape) -> exp.Select:
    """The rows with the bits of their name; rows in no set are left out where none counts."""
    if not shape.sets.chunks:
        return query
    bits = [f"set_bits_{chunk}" for chunk in range(shape.sets.chunks)]
    dialect = shape.dialect
    if not shape.any_name:
        query = query.where(among("name", "set_names"))
    columns = [called(dialect.bits_of_name("set_names", each), each) for each in bits]
    rows = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("e")), *columns).from_(
        query.subquery("e")
    )
    lists = dialect.of_lists("set_names", bits)
    if lists is None:
        return rows
    same = col("name", "s").eq(col("name", "e"))
    return rows.join(lists.subquery("s"), on=same, join_type="left")


def _with_links(gathered: exp.Select, figures: Iterable[str]) -> exp.Select:
    """Gathered rows under the person and account that their anonymous id was linked to."""
    columns = []
    for name in ("account_key", "person_key"):
        own = exp.func("NULLIF", col(name, "l"), literal_text(""))
        columns.append(called(exp.func("COALESCE", own, col(name, "i"), literal_text("")), name))
    person = exp.func("COALESCE", col("person_key", "i"), literal_text(""))
    known = exp.or_(col("person_key", "l").neq(literal_text("")), person.neq(literal_text("")))
    columns.append(
        called(value_when(known, literal_text(""), col("anonymous_id", "l")), "anonymous_id")
    )
    columns += [col(name, "l") for name in figures]
    links = of_workspace(exp.select("*").from_("identity")).subquery("i")
    condition = exp.and_(
        col("anonymous_id", "i").eq(col("anonymous_id", "l")),
        col("person_key", "l").eq(literal_text("")),
        col("anonymous_id", "l").neq(literal_text("")),
    )
    query = exp.select(*columns).from_(gathered.subquery("l"))
    return query.join(links, on=condition, join_type="left")


def _pairs(asked: _Asked, question: Measurement, shape: Shape) -> exp.Select:
    """Each end that follows a start of the same person, with when it started."""
    starts = shape.matching(question.names, question.filters)
    ends = shape.matching(question.ends, question.filters)
    narrowed = NARROWED[asked.per] if asked.keys is not None else None
    rows = _raw_rows(shape, narrowed=narrowed, columns=(*KEYS, "name", "occurred_at", "seq"))
    marked = exp.select(
        *(col(name) for name in (*KEYS, "occurred_at", "seq", "place")),
        called(value_when(all_of(starts), literal_number(1), literal_number(0)), "starts"),
        called(value_when(all_of(ends), literal_number(1), literal_number(0)), "ends"),
    ).from_(rows.subquery("n"))
    linked = _with_links(marked, ("occurred_at", "seq", "place", "starts", "ends"))
    chosen = (
        exp.select("*")
        .from_(linked.subquery("k"))
        .where(
            exp.or_(col("starts").eq(literal_number(1)), col("ends").eq(literal_number(1))),
            col(SUBJECT[asked.per]).neq(literal_text("")),
        )
    )
    if narrowed is not None:
        chosen = chosen.where(among(SUBJECT[asked.per], narrowed))
    began = exp.Max(this=value_when(col("starts").eq(literal_number(1)), col("occurred_at")))
    just_before = exp.Window(
        this=began,
        partition_by=[col(name) for name in KEYS],
        order=exp.Order(expressions=[col("occurred_at"), col("seq")]),
        spec=exp.WindowSpec(
            kind="ROWS", start="1", start_side="PRECEDING", end="1", end_side="PRECEDING"
        ),
    )
    paired = exp.select("*", called(just_before, "started_at")).from_(chosen.subquery("h"))
    return (
        exp.select("*")
        .from_(paired.subquery("j"))
        .where(col("ends").eq(literal_number(1)), col("started_at").is_(exp.null()).not_())
    )


def _span_values(since: date, until: date) -> dict[str, object]:
    midnight = time()
    return {
        "since": since,
        "until": until,
        "since_at": datetime.combine(since, midnight),
        "until_at": datetime.combine(until, midnight),
    }


# --- Reading ------------------------------------------------------------------------------


def _answer(answers: list[Answer], row: Row, readers: Sequence[tuple[int, Reader]]) -> None:
    for place, read in readers:
        answers[place] = read(row)


def _put_together(
    rows: Iterable[tuple[Any, ...]], asked: _Asked, shape: Shape
) -> dict[str, dict[str, Any]]:
    """The rows of accounts or people with several keys, under the first key of each."""
    first = {key: keys[0] for keys in asked.together for key in keys}
    subject = KEYS.index(SUBJECT[asked.per])
    somebody: dict[tuple[str, str], dict[str, Any]] = {}
    columns = {column.name: column for column in shape.columns.values()}
    names = list(columns)
    for row in rows:
        who = (row[1] or (row[2] and f"~{row[2]}")) if asked.per is Per.ACCOUNT else ""
        _merge_into(somebody.setdefault((first[row[subject]], who), {}), names, row[3:], columns)
    together: dict[str, dict[str, Any]] = {}
    for (key, who), figures in somebody.items():
        whole = together.setdefault(key, {})
        _merge_into(whole, names, [figures[name] for name in names], columns)
        for people in shape.people.values():
            did = bool(who) and any(figures[name] & mask for name, mask in people.bits)
            whole[people.name] = whole.get(people.name, 0) + did
    return together


def _merge_into(
    whole: dict[str, Any],
    names: Sequence[str],
    figures: Sequence[Any],
    columns: Mapping[str, Any],
) -> None:
    for name, figure in zip(names, figures, strict=True):
        held = whole.get(name)
        if held is None or figure is None:
            whole[name] = figure if held is None else held
        else:
            whole[name] = MERGES[columns[name].merge](held, figure)


MERGES: Final[Mapping[str, Any]] = {
    "sum": lambda one, other: one + other,
    "or": lambda one, other: one | other,
    "max": max,
    "min": min,
}


def _medians_together(
    rows: Iterable[tuple[str, int, float]],
    first: Mapping[str, str],
    question: Measurement,
    *,
    start: date,
) -> dict[str, Answer]:
    """The medians of those with several keys, from their single durations."""
    middle = (question.since - start) // timedelta(days=1)
    begin = (question.before - start) // timedelta(days=1)
    hours: dict[str, tuple[list[float], list[float]]] = {}
    for key, place, lasted in rows:
        now, before = hours.setdefault(first[key], ([], []))
        if place >= begin:
            (now if place >= middle else before).append(float(lasted))
    return {
        key: (median(now) if now else None, median(before) if before else None)
        for key, (now, before) in hours.items()
    }


def _number_or_none(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)


def _with_zone(value: object) -> object:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
