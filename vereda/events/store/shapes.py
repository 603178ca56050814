"""The shape of a measuring statement: what is gathered for each question, and how it is read.

What a question matches is looked up once per row: each set of event names is a bit, and a row
carries the bits of its name. Days are bits too, so that different days cost no more than a sum.
Places of days and bits are numbers of ours; whatever a member typed travels as a parameter. The
few functions that engines spell differently stand in `Dialect`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from sqlglot import exp

from vereda.events.contracts.measuring import Comparison, Measure, Measurement, PropertyFilter
from vereda.events.store.questions import col, given

BITS: Final = 62
"""How many sets or days share one whole number; the sign stays out of it."""

Values = dict[str, object]
Row = Sequence[Any]
Reader = Callable[[Row], tuple[float | None, float | None]]
Reading = Callable[[Mapping[str, int]], Reader]
"""A reader, once it is told at which place of a row each figure stands."""


def literal_number(value: int) -> exp.Expr:
    """A number of ours."""
    return exp.Literal.number(value)


def literal_text(value: str) -> exp.Expr:
    """A word of ours."""
    return exp.Literal.string(value)


def called(expression: exp.Expr, name: str) -> exp.Expr:
    """The expression under a name."""
    return exp.alias_(expression, name, quoted=True)


def all_of(*conditions: exp.Expr | None) -> exp.Expr:
    """Every condition there is holds."""
    told = [condition for condition in conditions if condition is not None]
    return exp.and_(*told) if told else exp.true()


def value_when(condition: exp.Expr, value: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Expr:
    """The value where the condition holds; otherwise the other one, or NULL."""
    chosen = exp.Case().when(condition, value)
    return chosen if otherwise is None else chosen.else_(otherwise)


class Dialect:
    """The few functions that the two engines call by different names."""

    def __init__(self, name: str) -> None:
        self._clickhouse = name == "clickhouse"

    def whole(self, expression: exp.Expr) -> exp.Expr:
        """As a whole number of 64 bits."""
        if self._clickhouse:
            return exp.func("toInt64", expression)
        return exp.cast(expression, "BIGINT")

    def real(self, expression: exp.Expr) -> exp.Expr:
        """As a floating number, which both engines add up several times as fast as a whole one;
        uses stay exact up to 9 quadrillion."""
        if self._clickhouse:
            return exp.func("toFloat64", expression)
        return exp.cast(expression, "DOUBLE")

    def any_bit(self, expression: exp.Expr) -> exp.Expr:
        """All bits of the rows together."""
        return self.whole(exp.BitwiseOrAgg(this=expression))

    def bits_in(self, bits: exp.Expr, mask: int) -> exp.Expr:
        """Those of the bits that are in the mask."""
        if self._clickhouse:
            return exp.func("bitAnd", bits, literal_number(mask))
        return exp.Paren(this=exp.BitwiseAnd(this=bits, expression=literal_number(mask)))

    def bit_at(self, place: exp.Expr) -> exp.Expr:
        """The number with the one bit at that place."""
        one = self.whole(literal_number(1))
        if self._clickhouse:
            forward = exp.func(
                "GREATEST", place, literal_number(0)
            )  # of rows a CASE leaves out too
            return exp.func("bitShiftLeft", one, forward)
        return exp.Paren(this=exp.BitwiseLeftShift(this=one, expression=exp.Paren(this=place)))

    def days_after(self, day: exp.Expr, start: str) -> exp.Expr:
        """How many days it is after a given one."""
        if self._clickhouse:
            return self.whole(exp.DateDiff(this=day, expression=given(start), unit=exp.var("DAY")))
        return exp.Paren(this=exp.Sub(this=day, expression=exp.cast(given(start), "DATE")))

    def month_number(self, number: exp.Expr, start: str) -> exp.Expr:
        """Months since January of year 0, of the day so many days after a given one."""
        if self._clickhouse:
            later = exp.func("addDays", exp.func("toDate32", given(start)), number)
            year, month = exp.func("toYear", later), exp.func("toMonth", later.copy())
        else:
            days = exp.cast(number, "INTEGER")
            day = exp.Paren(this=exp.Add(this=exp.cast(given(start), "DATE"), expression=days))
            year, month = exp.func("YEAR", day), exp.func("MONTH", day.copy())
        twelve = exp.Mul(this=self.whole(year), expression=literal_number(12))
        before = exp.Sub(this=self.whole(month), expression=literal_number(1))
        return exp.Paren(this=exp.Add(this=twelve, expression=before))

    def day_of(self, instant: exp.Expr) -> exp.Expr:
        """The UTC day of an instant."""
        if self._clickhouse:
            return exp.func("toDate", instant)
        return exp.cast(instant, "DATE")

    def seconds_between(self, start: exp.Expr, end: exp.Expr) -> exp.Expr:
        """The time between two instants in seconds, to the thousandth."""
        milliseconds = exp.DateDiff(this=end, expression=start, unit=exp.var("MILLISECOND"))
        return exp.Div(this=exp.Paren(this=milliseconds), expression=exp.Literal.number("1000.0"))

    def median(self, expression: exp.Expr) -> exp.Expr:
        """The middle of the values; the mean of the two middle ones."""
        if self._clickhouse:
            return exp.ParameterizedAgg(
                this="quantileExactInclusive",
                expressions=[exp.Literal.number("0.5")],
                params=[expression],
            )
        return exp.Median(this=expression)

    def property_text(self, name: str) -> exp.Expr:
        """The property as text: numbers and booleans as JSON writes them; NULL where there is none.

        `name` is the parameter that `property_place` fills.
        """
        properties = col("properties")
        if not self._clickhouse:
            held = exp.func("NULLIF", properties, literal_text(""))
            return exp.Anonymous(this="json_extract_string", expressions=[held, given(name)])
        kind = exp.func("JSONType", properties, given(name))
        as_text = exp.func("toString", kind)
        return (
            exp.Case()
            .when(
                as_text.eq(literal_text("String")),
                exp.func("JSONExtractString", properties, given(name)),
            )
            .when(
                as_text.neq(literal_text("Null")),
                exp.func("JSONExtractRaw", properties, given(name)),
            )
        )

    def property_place(self, property: str) -> str:
        """How a property is named to `property_text`: a pointer for DuckDB, its name otherwise."""
        if self._clickhouse:
            return property
        return "/" + property.replace("~", "~0").replace("/", "~1")

    def number_in(self, text: exp.Expr) -> exp.Expr:
        """The text as a number; NULL where it is none."""
        if self._clickhouse:
            return exp.func("toFloat64OrNull", text)
        return exp.TryCast(this=text, to=exp.DataType.build("DOUBLE"))

    def of_lists(self, names: str, bits: Sequence[str]) -> exp.Select | None:
        """Given lists side by side as rows, where a join is how a name finds its bits."""
        if self._clickhouse:
            return None
        columns = [called(exp.func("UNNEST", given(names)), "name")]
        columns += [called(exp.func("UNNEST", given(each)), each) for each in bits]
        return exp.select(*columns)

    def bits_of_name(self, names: str, bits: str) -> exp.Expr:
        """The bits of the row's name; 0 for a name that is in no set."""
        if self._clickhouse:
            found = exp.Anonymous(
                this="transform",
                expressions=[col("name"), given(names), given(bits), literal_number(0)],
            )
            return self.whole(found)
        return exp.func("COALESCE", col(bits, "s"), literal_number(0))


class NameSets:
    """Sets of event names, each a bit; `chunks` numbers of 62 bits carry them."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, ...], int] = {}

    def place_of(self, names: Iterable[str]) -> int:
        """The bit of that set."""
        key = tuple(sorted(set(names)))
        return self._places.setdefault(key, len(self._places))

    @property
    def chunks(self) -> int:
        """How many numbers carry the bits."""
        return -(-len(self._places) // BITS)

    def parameters(self) -> Values:
        """Every name, and beside it the bits of each chunk."""
        bits: dict[str, list[int]] = {}
        for names, place in self._places.items():
            for name in names:
                mine = bits.setdefault(name, [0] * self.chunks)
                mine[place // BITS] |= 1 << (place % BITS)
        if not self.chunks:
            return {}
        values: Values = {"set_names": list(bits)}
        for chunk in range(self.chunks):
            values[f"set_bits_{chunk}"] = [mine[chunk] for mine in bits.values()]
        return values

    @property
    def names(self) -> list[str]:
        """Every name in any set."""
        return sorted({name for names in self._places for name in names})


@dataclass(frozen=True, slots=True)
class Column:
    """A figure gathered per person and put together per account: how, and from what."""

    name: str
    merge: str
    gathered: exp.Expr
    whole: bool = True


@dataclass(frozen=True, slots=True)
class People:
    """How many people have any of the bits: a figure counted when people are put together."""

    name: str
    bits: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Shape:
    """The columns that a list of questions needs, each once, and how each answer is read."""

    dialect: Dialect
    start: date
    until: date
    sets: NameSets = field(default_factory=NameSets)
    columns: dict[str, Column] = field(default_factory=dict)
    people: dict[tuple[tuple[str, int], ...], People] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    computed: dict[str, exp.Expr] = field(default_factory=dict)
    any_name: bool = False

    # --- What a row matches ---------------------------------------------------------

    def in_span(self, since: date, until: date) -> exp.Expr | None:
        """The row's day is in the span; None: every row's is."""
        first, last = (since - self.start).days, (until - self.start).days
        bounds: list[exp.Expr] = []
        if first > 0:
            bounds.append(col("place") >= literal_number(first))
        if until < self.until:
            bounds.append(col("place") < literal_number(last))
        return exp.and_(*bounds) if bounds else None

    def matching(self, names: Sequence[str], filters: Sequence[PropertyFilter]) -> exp.Expr | None:
        """The row's name is among these and its properties fit; None: every row does."""
        among_names = self.name_among(names)
        if not filters:
            return among_names
        told = "|".join([*sorted(names), *map(repr, filters)])
        known = self.computed_as(
            "fits",
            told,
            lambda: value_when(
                all_of(among_names),
                value_when(self._fitting(filters), literal_number(1), literal_number(0)),
                literal_number(0),
            ),
        )
        return known.eq(literal_number(1))

    def name_among(self, names: Sequence[str]) -> exp.Expr | None:
        """The row's name is among these; None: any is."""
        if not names:
            self.any_name = True
            return None
        place = self.sets.place_of(names)
        bits = col(f"set_bits_{place // BITS}")
        return self.dialect.bits_in(bits, 1 << (place % BITS)).neq(literal_number(0))

    def computed_as(self, kind: str, told: str, make: Callable[[], exp.Expr]) -> exp.Expr:
        """A column computed once per row, under the same name whenever it is the same."""
        key = f"{kind}|{told}"
        if key not in self.computed:
            self.computed[key] = make()
        return col(f"{kind}_{list(self.computed).index(key)}")

    def _fitting(self, filters: Sequence[PropertyFilter]) -> exp.Expr:
        return exp.and_(*(self._fits(one) for one in filters))

    def _fits(self, one: PropertyFilter) -> exp.Expr:
        text = self.dialect.property_text(self.given_property(one.property))
        match one.comparison:
            case Comparison.IS_SET:
                return text.is_(exp.null()).not_()
            case Comparison.CONTAINS:
                found = exp.StrPosition(this=text, substr=self._given("text", one.value))
                return exp.and_(text.is_(exp.null()).not_(), found > literal_number(0))
            case Comparison.GREATER:
                return self._certain(self.dialect.number_in(text) > self._given_number(one))
            case Comparison.LESS:
                return self._certain(self.dialect.number_in(text) < self._given_number(one))
        equal: exp.Expr = text.eq(self._given("text", one.value))
        if (number := number_said(one.value)) is not None:
            same = self.dialect.number_in(text.copy()).eq(self._given("number", number))
            equal = exp.or_(equal, self._certain(same))
        equal = self._certain(equal)
        return equal.not_() if one.comparison is Comparison.NOT else equal

    @staticmethod
    def _certain(condition: exp.Expr) -> exp.Expr:
        """A comparison with nothing is no."""
        return exp.func("COALESCE", exp.Paren(this=condition), exp.false())

    def _given(self, kind: str, value: object) -> exp.Expr:
        name = f"{kind}_{len(self.values)}"
        self.values[name] = value
        return given(name)

    def _given_number(self, one: PropertyFilter) -> exp.Expr:
        return self._given("number", number_said(one.value) or 0.0)

    def given_property(self, property: str) -> str:
        """The parameter that names the property."""
        place = self.dialect.property_place(property)
        for name, value in self.values.items():
            if name.startswith("property_") and value == place:
                return name
        name = f"property_{len(self.values)}"
        self.values[name] = place
        return name

    # --- What is gathered -----------------------------------------------------------

    def column(self, merge: str, gathered: exp.Expr, *, whole: bool = True) -> str:
        """The name of a gathered figure, the same for the same expression."""
        told = f"{merge}|{gathered.sql()}"
        if told not in self.columns:
            name = f"figure_{len(self.columns)}"
            self.columns[told] = Column(name, merge, gathered, whole)
        return self.columns[told].name

    def counted(self, question: Measurement) -> list[str]:
        """Uses in the span and in the one before."""
        matching = self.matching(question.names, question.filters)
        return [
            self.column(
                "sum",
                value_when(all_of(matching, self.in_span(*span)), col("uses"), literal_number(0)),
                whole=False,
            )
            for span in spans_of(question)
        ]

    def days(self, question: Measurement) -> list[tuple[str, int]]:
        """The numbers whose bits are the days of both spans, and the place of their first day.

        Places are counted from the first day anybody asks about, so that questions share them.
        """
        matching = self.matching(question.names, question.filters)
        begin, end = (question.before - self.start).days, (question.until - self.start).days
        numbers = []
        for first in range(begin - begin % BITS, end, BITS):
            days = (self._day(first), min(self._day(first + BITS), self.until))
            since = exp.Sub(this=col("place"), expression=literal_number(first))
            bit = self.dialect.bit_at(since if first else col("place"))
            here = all_of(matching, self.in_span(*days))
            numbers.append((self.column("or", value_when(here, bit, literal_number(0))), first))
        return numbers

    def people_in(self, question: Measurement) -> list[str]:
        """How many different people did it in the span, and in the one before."""
        numbers = self.days(question)
        names = []
        for since, until in spans_of(question):
            first, last = (since - self.start).days, (until - self.start).days
            span = (1 << last) - (1 << first)
            masks = ((name, span >> place & (1 << BITS) - 1) for name, place in numbers)
            bits = tuple((name, mask) for name, mask in masks if mask)
            known = self.people.setdefault(bits, People(f"people_{len(self.people)}", bits))
            names.append(known.name)
        return names

    def _day(self, place: int) -> date:
        return self.start + timedelta(days=place)

    def groups(self, question: Measurement) -> list[list[tuple[str, int]]]:
        """For each span: the numbers that carry the groups' bits, each with its mask."""
        matching = self.matching((), question.filters) if question.filters else None
        masks: dict[int, int] = {}
        for group in question.groups:
            place = self.sets.place_of(group)
            masks[place // BITS] = masks.get(place // BITS, 0) | 1 << (place % BITS)
        return [
            [
                (
                    self.column(
                        "or",
                        value_when(
                            all_of(matching, self.in_span(*span)),
                            col(f"set_bits_{chunk}"),
                            literal_number(0),
                        ),
                    ),
                    mask,
                )
                for chunk, mask in masks.items()
            ]
            for span in spans_of(question)
        ]

    def property_figures(self, question: Measurement, merge: str) -> list[str]:
        """A figure of a numeric property in both spans: its sum, count, least or greatest."""
        matching = self.matching(question.names, question.filters)
        said = "|".join(
            [question.of_property, *sorted(question.names), *map(repr, question.filters)]
        )
        parameter = self.given_property(question.of_property)
        value = self.computed_as(
            "number",
            said,
            lambda: value_when(
                all_of(matching), self.dialect.number_in(self.dialect.property_text(parameter))
            ),
        )
        figures = []
        for span in spans_of(question):
            here = self.in_span(*span)
            if merge == "count":
                known = all_of(here, value.is_(exp.null()).not_())
                figures.append(
                    self.column("sum", value_when(known, literal_number(1), literal_number(0)))
                )
            else:
                figures.append(self.column(merge, value_when(all_of(here), value), whole=False))
        return figures


def spans_of(question: Measurement) -> tuple[tuple[date, date], tuple[date, date]]:
    """The span asked about, and the one before it."""
    return (question.since, question.until), (question.before, question.since)


def number_said(text: str) -> float | None:
    """The number that a text is; None for other text."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


def answer_to_silence(question: Measurement) -> tuple[float | None, float | None]:
    """What a measure is where nothing happened: nothing, not known, or the longest time."""
    match question.measure:
        case Measure.TIME_SINCE:
            return float((question.until - question.since).days), float(
                (question.since - question.before).days
            )
        case Measure.GAP | Measure.DURATION | Measure.AVERAGE | Measure.MINIMUM | Measure.MAXIMUM:
            return None, None
    return 0.0, 0.0


# --- Reading the answers ------------------------------------------------------------


def reader_of(question: Measurement, shape: Shape) -> Reading:
    """How the answer to a question is read from a gathered row."""
    return READERS[question.measure](question, shape)


def _breadth(question: Measurement, shape: Shape) -> Reading:
    groups = shape.groups(question)

    def reading(places: Mapping[str, int]) -> Reader:
        now, before = ([(places[name], mask) for name, mask in span] for span in groups)
        return lambda row: (_bits_among(row, now), _bits_among(row, before))

    return reading


def _average(question: Measurement, shape: Shape) -> Reading:
    names = [
        *shape.property_figures(question, "sum"),
        *shape.property_figures(question, "count"),
    ]

    def reading(places: Mapping[str, int]) -> Reader:
        now, before, count, count_before = (places[name] for name in names)
        return lambda row: (
            _mean(row[now], row[count]),
            _mean(row[before], row[count_before]),
        )

    return reading


def _plain(names: Sequence[str], *, none: float | None = None) -> Reading:
    def reading(places: Mapping[str, int]) -> Reader:
        now, before = (places[name] for name in names)

        def read(row: Row) -> tuple[float | None, float | None]:
            first, second = row[now], row[before]
            return none if first is None else first, none if second is None else second

        return read

    return reading


def _mean(total: float | None, count: float) -> float | None:
    return total / count if count and total is not None else None


def _bits_among(row: Row, groups: Sequence[tuple[int, int]]) -> float:
    return float(sum((row[place] & mask).bit_count() for place, mask in groups))


def _of_days(question: Measurement, shape: Shape, figure: Callable[[int], float | None]) -> Reading:
    return _from_days(question, shape, lambda now, before: (figure(now), figure(before)))


def _from_days(
    question: Measurement,
    shape: Shape,
    figure: Callable[[int, int], tuple[float | None, float | None]],
) -> Reading:
    """Reads from the days of the span and of the one before, as bits from their first days."""
    numbers = shape.days(question)
    first = (question.before - shape.start).days
    middle = (question.since - shape.start).days
    length = (question.until - question.since).days
    earlier, later = (1 << (middle - first)) - 1, (1 << length) - 1

    def reading(places: Mapping[str, int]) -> Reader:
        parts = [(places[name], shift) for name, shift in numbers]

        def read(row: Row) -> tuple[float | None, float | None]:
            days = 0
            for at, shift in parts:
                days |= row[at] << shift
            return figure(days >> middle & later, days >> first & earlier)

        return read

    return reading


def _time_since(question: Measurement, shape: Shape) -> Reading:
    length = (question.until - question.since).days
    length_before = (question.since - question.before).days
    return _from_days(
        question,
        shape,
        lambda now, before: (
            float(length - now.bit_length()),
            float(length_before - before.bit_length()),
        ),
    )


def middle_gap(days: int) -> float | None:
    """The median number of days from one day of use to the next; None below two days.

    Gaps of one length after the other are counted until half of them are known, so that an
    account that comes daily is done in one step.
    """
    count = days.bit_count() - 1
    if count < 1:
        return None
    lower, upper = (count - 1) // 2, count // 2
    known, length, alone, first = 0, 0, days, 0
    while True:
        length += 1
        ends = alone & days >> length
        alone &= ~(days >> length)
        before, known = known, known + ends.bit_count()
        if before <= lower < known:
            first = length
        if upper < known:
            return (first + length) / 2


READERS: Final[Mapping[Measure, Callable[[Measurement, Shape], Reading]]] = {
    Measure.COUNT: lambda asked, shape: _plain(shape.counted(asked)),
    Measure.PEOPLE: lambda asked, shape: _plain(shape.people_in(asked)),
    Measure.ACTIVE_DAYS: lambda asked, shape: _of_days(
        asked, shape, lambda mask: float(mask.bit_count())
    ),
    Measure.GAP: lambda asked, shape: _of_days(asked, shape, middle_gap),
    Measure.TIME_SINCE: _time_since,
    Measure.BREADTH: _breadth,
    Measure.SUM: lambda asked, shape: _plain(shape.property_figures(asked, "sum"), none=0.0),
    Measure.MINIMUM: lambda asked, shape: _plain(shape.property_figures(asked, "min")),
    Measure.MAXIMUM: lambda asked, shape: _plain(shape.property_figures(asked, "max")),
    Measure.AVERAGE: _average,
}
"""Ratios and durations are not here: they are made of other answers, or of pairs of events."""
