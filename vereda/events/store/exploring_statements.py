"""The statements of Explore, written once and rendered for each engine.

They are written as SQL of DuckDB's dialect, parsed by sqlglot and rendered for the engine; the few
functions that engines call by different names stand in `Spelling`. Every value is a parameter:
`$workspace`, `$begin` and `$end` (instants), `$first_day` and `$last_day` (UTC days), `$names`…
Instants are whole microseconds ("us") inside a statement. A bucket is a number (see `contracts`).

Two sources of rows: events, one by one with the exact time, and the daily roll-up. A row of the
roll-up is one UTC day, which lies in at most two days of any zone: those of its first and its last
use. So it says exactly who was active when, in every zone; how often, only in UTC.
"""
# ruff: noqa: S608 - every piece of a statement is our own words

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import sqlglot
from sqlglot import exp

from vereda.events.contracts.exploring import Direction, Period, Unit
from vereda.events.store.questions import USED

DAY_US: Final = 86_400_000_000
ANY_OF_KINDS: Final = ", ".join(f"'{kind}'" for kind in USED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Everything about a question that changes its statement; never a value somebody typed."""

    unit: Unit = Unit.PERSON
    grouped: bool = False
    chosen_groups: bool = False
    listed: bool = False
    only: bool = False
    aliased: bool = False
    turns: int = 0
    period: Period = Period.DAY
    named: bool = False
    returns_named: bool = False
    steps: int = 0
    depth: int = 0
    direction: Direction = Direction.AFTER
    account_start: bool = False
    in_bucket: bool = False
    lost: bool = False
    utc: bool = False
    on_path: bool = False


class Spelling:
    """What the engines call by different names."""

    def __init__(self, dialect: str) -> None:
        self._clickhouse = dialect == "clickhouse"

    def microseconds(self, instant: str) -> str:
        """An instant as whole microseconds since 1970."""
        if self._clickhouse:
            return f"toUnixTimestamp64Micro({instant})"
        return f"EPOCH_US({instant})"

    def divided(self, number: str, by: int) -> str:
        """A whole number divided, the rest left out."""
        return f"intDiv({number}, {by})" if self._clickhouse else f"(({number}) // {by})"

    def month_number(self, microseconds: str) -> str:
        """Months since January of year 0."""
        if self._clickhouse:
            instant = f"fromUnixTimestamp64Micro({microseconds}, 'UTC')"
            return f"(toInt64(toYear({instant})) * 12 + toMonth({instant}) - 1)"
        instant = f"MAKE_TIMESTAMP({microseconds})"
        return f"(YEAR({instant}) * 12 + MONTH({instant}) - 1)"

    def whole(self, number: str) -> str:
        """As a whole number of 64 bits."""
        return f"toInt64({number})" if self._clickhouse else f"CAST({number} AS BIGINT)"

    def bit_at(self, place: str) -> str:
        """The number with the one bit at that place, which a CASE around it keeps in bounds."""
        if self._clickhouse:  # rows that the CASE leaves out are computed too
            return f"bitShiftLeft(toInt64(1), GREATEST({place}, 0))"
        return f"(CAST(1 AS BIGINT) << ({place}))"

    def either_bits(self, one: str, other: str) -> str:
        """The bits that are in any of the two."""
        return f"bitOr({one}, {other})" if self._clickhouse else f"(({one}) | ({other}))"

    def common_bits(self, one: str, other: str) -> str:
        """The bits that are in both."""
        return f"bitAnd({one}, {other})" if self._clickhouse else f"({one} & {other})"

    def side_by_side(self, **lists: str) -> str:
        """Given lists of equal length as the columns of a table."""
        if self._clickhouse:
            zipped = ", ".join(lists.values())
            columns = ", ".join(
                f"tupleElement(z.each, {place}) AS {name}" for place, name in enumerate(lists, 1)
            )
            return f"SELECT {columns} FROM (SELECT arrayJoin(arrayZip({zipped})) AS each) AS z"
        return "SELECT " + ", ".join(
            f"UNNEST({given_}) AS {name}" for name, given_ in lists.items()
        )


class Rows:
    """The rows that a statement reads, with whose they are."""

    def __init__(self, shape: Shape, dialect: str) -> None:
        self.shape = shape
        self.spelling = Spelling(dialect)

    @property
    def tables(self) -> str:
        """The lists that came with the question, as common tables; begins a statement."""
        tables = []
        if self.shape.listed:
            lists = {"account_key": "$keys", "account": "$accounts", "grp": "$groups"}
            if self.shape.account_start:
                lists["cohort"] = "$started"
            tables.append(f"listed AS ({self.spelling.side_by_side(**lists)})")
        if self.shape.aliased:
            lists = {"alias": "$aliases", "person": "$people"}
            tables.append(f"aliases AS ({self.spelling.side_by_side(**lists)})")
        return "".join(f"{table}, " for table in tables)

    @property
    def keys(self) -> str:
        """The columns that tell units apart."""
        return "who, grp" if self.shape.grouped else "who"

    def same(self, left: str, right: str) -> str:
        """The two rows are of one unit."""
        told = f"{left}.who = {right}.who"
        return f"{told} AND {left}.grp = {right}.grp" if self.shape.grouped else told

    @property
    def group(self) -> str:
        """The group as a column of an answer."""
        return "grp" if self.shape.grouped else "CAST(NULL AS VARCHAR)"

    @property
    def by_group(self) -> str:
        """How an answer is grouped that has one row a group."""
        return " GROUP BY grp" if self.shape.grouped else ""

    def events(
        self,
        which: str = "",
        *,
        columns: str = "",
        begin: str = "$begin",
        end: str = "$end",
        everybody: bool = False,
    ) -> str:
        """Events of the span, each with its unit, group and time; `everybody`: nobody's too."""
        person = "COALESCE(NULLIF(e.person_key, ''), NULLIF(i.person_key, ''), '')"
        account = "COALESCE(NULLIF(e.account_key, ''), NULLIF(i.account_key, ''), '')"
        us = self.spelling.microseconds("e.occurred_at")
        return (
            f"SELECT {self._unit(person, account)}, {us} AS us{columns} FROM events AS e"
            " LEFT JOIN (SELECT anonymous_id, person_key, account_key FROM identity"
            " WHERE workspace = $workspace) AS i"
            " ON i.anonymous_id = CASE WHEN e.person_key = '' THEN e.anonymous_id ELSE '' END"
            f"{self._joined(person, account)}"
            f" WHERE e.workspace = $workspace AND e.kind IN ({ANY_OF_KINDS})"
            f" AND e.occurred_at >= {begin} AND e.occurred_at < {end}"
            f"{which}{self._in_groups()}{'' if everybody else self._somebody(account)}"
        )

    def days(
        self, which: str = "", *, columns: str = "", ever: bool = False, everybody: bool = False
    ) -> str:
        """Rows of the roll-up with unit, group, first and last time; `ever`: since the first."""
        person, account = "e.person_key", "e.account_key"
        first = self.spelling.microseconds("e.first_at")
        last = self.spelling.microseconds("e.last_at")
        since = "" if ever else " AND e.day >= $first_day"
        return (
            f"SELECT {self._unit(person, account)}, {first} AS first_us, {last} AS last_us"
            f"{columns} FROM usage AS e{self._joined(person, account)}"
            f" WHERE e.workspace = $workspace AND e.kind IN ({ANY_OF_KINDS})"
            f"{since} AND e.day < $last_day"
            f"{which}{self._in_groups()}{'' if everybody else self._somebody(account)}"
        )

    def active(self, which: str = "", *, name: bool = False) -> str:
        """Who was active in which bucket of the span; several rows for one are possible."""
        more = ", name" if name else ""
        rows = self.days(which, columns=", e.name AS name" if name else "")
        first, last = self._bucket_in_span("first_us"), self._bucket_in_span("last_us")
        if self.shape.utc:
            return (
                f"SELECT {self.keys}{more}, bucket FROM"
                f" (SELECT {self.keys}{more}, {first} AS bucket FROM ({rows}) AS d) AS b"
                " WHERE bucket >= 0"
            )
        # Few rows are left when those that say the same are one, before each becomes two.
        both = f"SELECT DISTINCT {self.keys}{more}, {first} AS b1, {last} AS b2 FROM ({rows}) AS d"
        return (
            f"SELECT {self.keys}{more}, bucket FROM (SELECT {self.keys}{more},"
            f" UNNEST([b1, b2]) AS bucket FROM ({both}) AS t) AS b WHERE bucket >= 0"
        )

    @property
    def bits_of_buckets(self) -> str:
        """The buckets of the span that a row of `days` lies in, the first of them as bit 0."""
        first = self._bit_in_span("first_us")
        if self.shape.utc:
            return first
        return self.spelling.either_bits(first, self._bit_in_span("last_us"))

    def _bit_in_span(self, us: str) -> str:
        inside = f"{us} >= $begin_us AND {us} < $end_us"
        bit = self.spelling.bit_at(f"{self.bucket(us)} - $first_bucket")
        return f"CASE WHEN {inside} THEN {bit} ELSE {self.spelling.whole('0')} END"

    def _bucket_in_span(self, us: str) -> str:
        inside = f"{us} >= $begin_us AND {us} < $end_us"
        return f"CASE WHEN {inside} THEN {self.bucket(us)} ELSE -1 END"

    def bucket(self, us: str) -> str:
        """The number of the day, week or month that an instant lies in, in the zone."""
        local = f"({us} + {self._offset(us)})"
        if self.shape.period is Period.MONTH:
            return self.spelling.month_number(local)
        day = self.spelling.divided(local, DAY_US)
        if self.shape.period is Period.DAY:
            return day
        return self.spelling.divided(f"{day} + 3", 7)

    def _offset(self, us: str) -> str:
        """How far the zone is from UTC then: it changes at the given instants."""
        if not self.shape.turns:
            return "$offset_0"
        cases = "".join(
            f" WHEN {us} < $turn_{turn} THEN $offset_{turn - 1}"
            for turn in range(1, self.shape.turns + 1)
        )
        return f"CASE{cases} ELSE $offset_{self.shape.turns} END"

    def _unit(self, person: str, account: str) -> str:
        if self.shape.unit is Unit.ACCOUNT:
            who = f"COALESCE(NULLIF(p.account, ''), {account})" if self.shape.listed else account
        else:
            who = (
                f"CASE WHEN {person} <> '' THEN {person}"
                " WHEN e.anonymous_id <> '' THEN '~' || e.anonymous_id ELSE '' END"
            )
            if self.shape.aliased:
                who = f"COALESCE(NULLIF(s.person, ''), {who})"
        group = ", COALESCE(p.grp, '') AS grp" if self.shape.grouped else ""
        return f"{who} AS who{group}"

    def _joined(self, person: str, account: str) -> str:
        joins = ""
        if self.shape.listed:
            kind = "JOIN" if self.shape.only else "LEFT JOIN"
            joins += f" {kind} listed AS p ON p.account_key = {account}"
        if self.shape.aliased and self.shape.unit is Unit.PERSON:
            joins += f" LEFT JOIN aliases AS s ON s.alias = {person}"
        return joins

    def _in_groups(self) -> str:
        if not self.shape.chosen_groups:
            return ""
        return " AND COALESCE(p.grp, '') = ANY($chosen_groups)"

    def _somebody(self, account: str) -> str:
        if self.shape.unit is Unit.ACCOUNT:
            return f" AND {account} <> ''"
        return " AND (e.person_key <> '' OR e.anonymous_id <> '')"


NAMED: Final = " AND e.name = ANY($names)"
RETURNS: Final = " AND e.name = ANY($returns)"
PAGE: Final = " LIMIT $limit OFFSET $offset"


def largest_groups(rows: Rows) -> str:
    """The groups with most active units in the span."""
    which = NAMED if rows.shape.named else ""
    return (
        f"WITH {rows.tables}active AS ({rows.days(which)})"
        " SELECT grp, COUNT(DISTINCT who) AS n FROM active"
        " GROUP BY grp ORDER BY n DESC, grp LIMIT $most"
    )


def trend_of_uses(rows: Rows) -> str:
    """group, name, bucket, sum of uses: from the roll-up where days are UTC's, else from events."""
    columns = ", e.name AS name, e.count AS uses"
    if rows.shape.utc:
        source, us = rows.days(_named(rows), columns=columns, everybody=True), "first_us"
    else:
        source, us = rows.events(_named(rows), columns=columns, everybody=True), "us"
    name = "name" if rows.shape.named else "''"
    return (
        f"WITH {rows.tables}used AS ({source})"
        " SELECT g, n, bucket, CAST(SUM(uses) AS BIGINT) FROM"
        f" (SELECT {rows.group} AS g, {name} AS n, {rows.bucket(us)} AS bucket, uses"
        " FROM used) AS b"
        " GROUP BY g, n, bucket ORDER BY g, n, bucket"
    )


def trend_of_units(rows: Rows) -> str:
    """group, name, bucket, different units."""
    name = "name" if rows.shape.named else "''"
    active = rows.active(_named(rows), name=rows.shape.named)
    return (
        f"WITH {rows.tables}active AS ({active})"
        f" SELECT {rows.group} AS g, {name} AS n, bucket, COUNT(DISTINCT who) FROM active"
        " GROUP BY g, n, bucket ORDER BY g, n, bucket"
    )


def _named(rows: Rows) -> str:
    return NAMED if rows.shape.named else ""


def _reached(rows: Rows) -> str:
    """One table a step: v1 … vn with the time, the chain's first time, the time one step before.

    Of several chains that end in one event the one with the latest start counts; it is found behind
    the last event of the step before, because later events of that step never have earlier starts.
    """
    keys = rows.keys
    tables = []
    for step in range(1, rows.shape.steps + 1):
        source = rows.events(f" AND e.name = $step_{step}")
        if step == 1:
            tables.append(
                f"v1 AS (SELECT {keys}, us, us AS began, us AS before FROM ({source}) AS e)"
            )
            continue
        mine = ", ".join(f"e.{key} AS {key}" for key in keys.split(", "))
        tables.append(
            f"v{step} AS (SELECT {mine}, e.us AS us, v.began AS began, v.us AS before"
            f" FROM ({source}) AS e ASOF JOIN v{step - 1} AS v"
            f" ON {rows.same('e', 'v')} AND e.us > v.us WHERE e.us - v.began <= $window)"
        )
    return rows.tables + ", ".join(tables)


def funnel(rows: Rows) -> str:
    """group, step, count, median microseconds since the step before, since the first."""
    steps = [
        f"SELECT {rows.group} AS g, {step} AS step, COUNT(*) AS reached, MEDIAN(took) AS took,"
        f" MEDIAN(whole) AS whole FROM (SELECT {rows.keys}, ARG_MIN(us - before, us) AS took,"
        f" ARG_MIN(us - began, us) AS whole FROM v{step} GROUP BY {rows.keys})"
        f" AS r{step}{rows.by_group}"
        for step in range(1, rows.shape.steps + 1)
    ]
    return (
        f"WITH {_reached(rows)} SELECT g, step, reached, took, whole"
        f" FROM ({' UNION ALL '.join(steps)}) AS a ORDER BY g, step"
    )


def behind_funnel(rows: Rows) -> str:
    """who, microseconds from the first step; `steps` is the step, one more when it was lost."""
    last = rows.shape.steps - 1 if rows.shape.lost else rows.shape.steps
    reached = f"SELECT who, ARG_MIN(us - began, us) AS whole FROM v{last} GROUP BY who"
    lost = f" WHERE who NOT IN (SELECT who FROM v{last + 1})" if rows.shape.lost else ""
    return (
        f"WITH {_reached(rows)} SELECT who, whole FROM ({reached}) AS r{lost}"
        f" ORDER BY whole, who{PAGE}"
    )


def _cohorts(rows: Rows) -> str:
    """`begun`: each unit of a cohort, with the buckets it was active in as bits.

    The roll-up is read once: a unit's first time and all its buckets come from the same rows.
    """
    if rows.shape.account_start:
        return f"{rows.tables}units AS ({_units(rows)}), begun AS ({_begun_as_listed(rows)})"
    return (
        f"{rows.tables}units AS ({_units(rows)}), begun AS ("
        f"SELECT {rows.keys}, {rows.bucket('first_us')} AS cohort, bits FROM units"
        " WHERE first_us >= $begin_us AND first_us < $end_us)"
    )


def _units(rows: Rows) -> str:
    """Each unit with the bits of its buckets and, where that begins its cohort, its first time."""
    shape = rows.shape
    if shape.account_start:
        which = RETURNS if shape.returns_named else ""
        return (
            f"SELECT {rows.keys}, BIT_OR({rows.bits_of_buckets}) AS bits"
            f" FROM ({rows.days(which)}) AS d GROUP BY {rows.keys}"
        )
    columns = which = ""
    first, bits = "first_us", rows.bits_of_buckets
    if shape.named:
        columns += f", {_one_if('e.name = ANY($names)')} AS starts"
        first = "CASE WHEN starts = 1 THEN first_us END"
    if shape.returns_named:
        columns += f", {_one_if('e.name = ANY($returns)')} AS returns"
        bits = f"CASE WHEN returns = 1 THEN {bits} ELSE {rows.spelling.whole('0')} END"
    if shape.named and shape.returns_named:
        which = " AND (e.name = ANY($names) OR e.name = ANY($returns))"
    return (
        f"SELECT {rows.keys}, MIN({first}) AS first_us, BIT_OR({bits}) AS bits"
        f" FROM ({rows.days(which, columns=columns, ever=True)}) AS d GROUP BY {rows.keys}"
    )


def _one_if(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def _begun_as_listed(rows: Rows) -> str:
    """The cohorts that came with the question."""
    group = ", MAX(grp) AS grp" if rows.shape.grouped else ""
    chosen = " AND grp = ANY($chosen_groups)" if rows.shape.chosen_groups else ""
    mine = ", ".join(f"l.{key} AS {key}" for key in rows.keys.split(", "))
    return (
        f"SELECT {mine}, l.cohort AS cohort, COALESCE(u.bits, {rows.spelling.whole('0')}) AS bits"
        f" FROM (SELECT account AS who{group}, MAX(cohort) AS cohort FROM listed"
        f" WHERE cohort >= $first_bucket AND cohort <= $last_bucket{chosen} GROUP BY account) AS l"
        f" LEFT JOIN units AS u ON {rows.same('l', 'u')}"
    )


def retention(rows: Rows) -> str:
    """group, cohort, bucket (-1: the cohort itself), count."""
    active = rows.spelling.common_bits("b.bits", "k.bit")
    buckets = rows.spelling.side_by_side(bucket="$buckets", bit="$bits")
    return (
        f"WITH {_cohorts(rows)} SELECT {_of(rows, 'b')} AS g, b.cohort AS cohort,"
        f" k.bucket AS bucket, COUNT(*) AS n FROM begun AS b CROSS JOIN ({buckets}) AS k"
        f" WHERE k.bucket = -1 OR (k.bucket >= b.cohort AND {active} <> 0)"
        " GROUP BY g, b.cohort, k.bucket ORDER BY g, b.cohort, k.bucket"
    )


def _of(rows: Rows, table: str) -> str:
    return f"{table}.grp" if rows.shape.grouped else "CAST(NULL AS VARCHAR)"


def behind_retention(rows: Rows) -> str:
    """who, NULL."""
    active = rows.spelling.common_bits("bits", "$bit")
    back = f" AND {active} <> 0" if rows.shape.in_bucket else ""
    return (
        f"WITH {_cohorts(rows)} SELECT who, CAST(NULL AS BIGINT) AS v FROM begun"
        f" WHERE cohort = $cohort{back} ORDER BY who{PAGE}"
    )


def _walked(rows: Rows) -> str:
    """`anchors`: each unit's first time there; `walked`: the paths of one, two … names it took."""
    keys, depth = rows.keys, rows.shape.depth
    name = ", e.name AS name"
    if rows.shape.direction is Direction.AFTER:
        others, away = rows.events(columns=name, end="$far_end"), "(e.us - a.us)"
    else:
        others, away = rows.events(columns=name, begin="$far_begin"), "(a.us - e.us)"
    mine = ", ".join(f"e.{key} AS {key}" for key in keys.split(", "))
    places = range(1, depth + 1)
    names = ", ".join(
        f"COALESCE(MAX(CASE WHEN place = {each} THEN name END), '') AS n{each}" for each in places
    )
    paths_of_one = (" || $mark || ".join(f"n{each}" for each in places[:last]) for last in places)
    taken = ", ".join(
        f"CASE WHEN n{last} = '' THEN '' ELSE {path} END"
        for last, path in zip(places, paths_of_one, strict=True)
    )
    in_order = f"OVER (PARTITION BY {keys} ORDER BY away, name)"
    return (
        f"{rows.tables}anchors AS (SELECT {keys}, MIN(us) AS us"
        f" FROM ({rows.events(' AND e.name = $anchor')}) AS t GROUP BY {keys}),"
        f" near AS (SELECT {mine}, e.name AS name, {away} AS away FROM ({others}) AS e"
        f" JOIN anchors AS a ON {rows.same('e', 'a')} WHERE {away} > 0 AND {away} <= $window),"
        f" turns AS (SELECT {keys}, name, away, LAG(name, 1, $anchor) {in_order} AS earlier"
        " FROM near),"
        f" placed AS (SELECT {keys}, name, ROW_NUMBER() {in_order} AS place FROM turns"
        " WHERE name <> earlier),"
        f" named AS (SELECT {keys}, {names} FROM placed WHERE place <= {depth} GROUP BY {keys}),"
        f" walked AS (SELECT {keys}, UNNEST([{taken}]) AS path FROM named)"
    )


def paths(rows: Rows) -> str:
    """group, path (its names with a mark between; '' for everybody at the anchor), count."""
    return (
        f"WITH {_walked(rows)} SELECT g, path, n FROM ("
        f"SELECT {rows.group} AS g, path, COUNT(*) AS n FROM walked WHERE path <> ''"
        " GROUP BY g, path"
        f" UNION ALL SELECT {rows.group} AS g, '' AS path, COUNT(*) AS n"
        f" FROM anchors{rows.by_group}"
        ") AS t WHERE n > 0 ORDER BY n DESC, g, path LIMIT $most"
    )


def behind_paths(rows: Rows) -> str:
    """who, NULL."""
    source = "walked WHERE path = $path" if rows.shape.on_path else "anchors"
    return (
        f"WITH {_walked(rows)} SELECT who, CAST(NULL AS BIGINT) AS v FROM {source}"
        f" ORDER BY who{PAGE}"
    )


def behind_trend(rows: Rows) -> str:
    """who, uses."""
    source = rows.events(_named(rows), columns=", e.count AS uses")
    return (
        f"WITH {rows.tables}used AS ({source}) SELECT who, CAST(SUM(uses) AS BIGINT) AS n FROM used"
        f" GROUP BY who ORDER BY n DESC, who{PAGE}"
    )


STATEMENTS: Final = {
    statement.__name__: statement
    for statement in (
        largest_groups,
        trend_of_uses,
        trend_of_units,
        funnel,
        retention,
        paths,
        behind_trend,
        behind_funnel,
        behind_retention,
        behind_paths,
    )
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as an engine reads it, and the parameters it takes."""

    text: str
    parameters: tuple[str, ...]


@lru_cache(maxsize=256)
def exploring_statement(name: str, shape: Shape, dialect: str) -> Statement:
    """The statement for an engine; made once per shape."""
    written = sqlglot.parse_one(STATEMENTS[name](Rows(shape, dialect)), dialect="duckdb")
    names = sorted({place.name for place in written.find_all(exp.Placeholder)})
    return Statement(written.transform(_exact, dialect).sql(dialect), tuple(names))


def _exact(node: exp.Expr, dialect: str) -> exp.Expr:
    """Where an engine would answer roughly, its exact function."""
    if dialect == "clickhouse" and isinstance(node, exp.Median):
        half = [exp.Literal.number("0.5")]
        return exp.ParameterizedAgg(
            this="quantileExactInclusive", expressions=half, params=[node.this]
        )
    return node
