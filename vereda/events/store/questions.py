"""Every query of the store, built once as sqlglot expressions and rendered for an engine.

A question is a noun with its shape; values travel as parameters, so no word of a
user is ever part of a statement. `of_workspace` is the only place that says whose
rows are read, and every question goes through it.
"""

from functools import lru_cache
from typing import Final

from sqlglot import Dialect, exp

# sqlglot lists a dialect before it is complete: a thread that asks for it while another loads it
# gets statements in the spelling of no engine, and `rendered` would keep them. Here one loads both.
for engine in ("duckdb", "clickhouse"):
    Dialect.get_or_raise(engine)

USED: Final = ("track", "page", "screen")
"""The kinds that are usage; identify, group and alias say who, not what was done."""

WEEKS: Final = 8

NARROWING: Final = {"accounts": "account_key", "people": "person_key", "names": "name"}


def col(name: str, table: str | None = None) -> exp.Column:
    """A column, always quoted."""
    return exp.column(name, table=table, quoted=True)


def given(name: str) -> exp.Placeholder:
    """A value that travels as a parameter."""
    return exp.Placeholder(this=name)


def among(column: str, name: str) -> exp.Expr:
    """The column is one of the given list."""
    return exp.EQ(this=col(column), expression=exp.Any(this=given(name)))


def of_workspace(query: exp.Select, table: str | None = None) -> exp.Select:
    """Only the rows of the workspace that asks."""
    return query.where(col("workspace", table).eq(given("workspace")))


def _named(expression: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(expression, name, quoted=True)


def _sum(column: str = "count") -> exp.Expr:
    return exp.cast(exp.Sum(this=col(column)), "BIGINT")


def _different(*expressions: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=list(expressions)))


def _somebody() -> exp.Expr:
    """A person by key, else by anonymous id; NULL for nobody."""
    empty = exp.Literal.string("")
    return (
        exp.Case()
        .when(col("person_key").neq(empty), col("person_key"))
        .when(
            col("anonymous_id").neq(empty),
            exp.DPipe(this=exp.Literal.string("~"), expression=col("anonymous_id")),
        )
    )


def _usage(*columns: exp.Expr, narrowed: frozenset[str] = frozenset()) -> exp.Select:
    """The roll-up between two days, narrowed to what is given."""
    query = of_workspace(exp.select(*columns).from_("usage")).where(
        col("kind").isin(*USED), col("day") >= given("since"), col("day") < given("until")
    )
    for name in sorted(narrowed):
        query = query.where(among(NARROWING[name], name))
    return query


def usage_per_day(narrowed: frozenset[str]) -> exp.Select:
    """UsageOnDay, the earliest first."""
    columns = (col("day"), _named(_sum(), "count"), _named(_different(_somebody()), "people"))
    return _usage(*columns, narrowed=narrowed).group_by(col("day")).order_by(col("day"))


def usage_per_day_and_name(narrowed: frozenset[str]) -> exp.Select:
    """UsageOfNameOnDay, by day and name."""
    keys = (col("day"), col("name"))
    sums = (_named(_sum(), "count"), _named(_different(_somebody()), "people"))
    return _usage(*keys, *sums, narrowed=narrowed).group_by(*keys).order_by(*keys)


def usage_by_name(narrowed: frozenset[str]) -> exp.Select:
    """UsageOfName, the most used first."""
    columns = (
        col("name"),
        _named(_sum(), "count"),
        _named(_different(_somebody()), "people"),
        _named(_different(col("day")), "days"),
        _named(exp.Min(this=col("first_at")), "first_at"),
        _named(exp.Max(this=col("last_at")), "last_at"),
    )
    query = _usage(*columns, narrowed=narrowed).group_by(col("name"))
    return query.order_by(exp.Ordered(this=_sum(), desc=True), col("name"))


def usage_by_person(narrowed: frozenset[str]) -> exp.Select:
    """UsageOfPerson, the most active first; nobody's usage is left out."""
    keys = (col("person_key"), col("anonymous_id"))
    columns = (
        *keys,
        _named(_sum(), "count"),
        _named(_different(col("name")), "names"),
        _named(_different(col("day")), "days"),
        _named(exp.Max(this=col("last_at")), "last_at"),
    )
    query = _usage(*columns, narrowed=narrowed).where(_somebody().is_(exp.null()).not_())
    return query.group_by(*keys).order_by(exp.Ordered(this=_sum(), desc=True), *keys)


def usage_by_account(narrowed: frozenset[str]) -> exp.Select:
    """UsageOfAccount, the most active first; nobody's usage is left out."""
    columns = (
        col("account_key"),
        _named(_sum(), "count"),
        _named(_different(_somebody()), "people"),
        _named(_different(col("name")), "names"),
        _named(_different(col("day")), "days"),
        _named(exp.Max(this=col("last_at")), "last_at"),
    )
    query = _usage(*columns, narrowed=narrowed).where(
        col("account_key").neq(exp.Literal.string(""))
    )
    return query.group_by(col("account_key")).order_by(
        exp.Ordered(this=_sum(), desc=True), col("account_key")
    )


def activity_by_account(narrowed: frozenset[str]) -> exp.Select:
    """account_key, last_at, people_28d, then eight weekly counts, the oldest first.

    Parameters: since and until, `four_weeks`, and `week_0` (the oldest) to `week_8`.
    """
    recent = exp.Case().when(col("day") >= given("four_weeks"), _somebody())
    weeks = [
        _named(
            exp.cast(
                exp.func(
                    "COALESCE",
                    exp.Sum(
                        this=exp.Case().when(
                            exp.and_(
                                col("day") >= given(f"week_{week}"),
                                col("day") < given(f"week_{week + 1}"),
                            ),
                            col("count"),
                        )
                    ),
                    exp.Literal.number(0),
                ),
                "BIGINT",
            ),
            f"week_{week}",
        )
        for week in range(WEEKS)
    ]
    columns = (
        col("account_key"),
        _named(exp.Max(this=col("last_at")), "last_at"),
        _named(_different(recent), "people_28d"),
        *weeks,
    )
    query = _usage(*columns, narrowed=narrowed).where(
        col("account_key").neq(exp.Literal.string(""))
    )
    return query.group_by(col("account_key")).order_by(col("account_key"))


def event_names(_: frozenset[str]) -> exp.Select:
    """EventName, the most used first."""
    keys = (col("name"), col("kind"))
    columns = (
        *keys,
        _named(_sum(), "count"),
        _named(_different(_somebody()), "people"),
        _named(exp.Min(this=col("first_at")), "first_at"),
        _named(exp.Max(this=col("last_at")), "last_at"),
    )
    query = of_workspace(exp.select(*columns).from_("usage")).where(col("kind").isin(*USED))
    return query.group_by(*keys).order_by(exp.Ordered(this=_sum(), desc=True), *keys)


def count(narrowed: frozenset[str]) -> exp.Select:
    """How many events are stored."""
    query = of_workspace(exp.select(exp.Count(this=exp.Star())).from_("events"))
    return query.where(col("name").eq(given("name"))) if "name" in narrowed else query


def count_expired(narrowed: frozenset[str]) -> exp.Select:
    """How many events are too old."""
    query = of_workspace(exp.select(exp.Count(this=exp.Star())).from_("events")).where(
        col("occurred_at") < given("before"), col("received_at") < given("arrived_before")
    )
    if "names" in narrowed:
        query = query.where(among("name", "names"))
    if "other_than" in narrowed:
        query = query.where(exp.not_(among("name", "other_than")))
    return query


EVENT: Final = (
    "seq",
    "message_id",
    "kind",
    "name",
    "person_key",
    "anonymous_id",
    "account_key",
    "count",
    "occurred_at",
    "received_at",
    "properties",
    "traits",
    "context",
    "source",
)


def last_events(narrowed: frozenset[str]) -> exp.Select:
    """StoredEvent, the newest first: the page is cut before anonymous ids are resolved."""
    page = of_workspace(exp.select("*").from_("events"))
    if "before" in narrowed:
        page = page.where(col("seq") < given("before"))
    if "seq" in narrowed:
        page = page.where(col("seq").eq(given("seq")))
    if "name" in narrowed:
        page = page.where(col("name").eq(given("name")))
    if "messages" in narrowed:
        page = page.where(among("message_id", "messages"))
    if "accounts" in narrowed:
        page = page.where(exp.or_(among("account_key", "accounts"), events_of_linked("accounts")))
    if "people" in narrowed:
        page = page.where(exp.or_(among("person_key", "people"), events_of_linked("people")))
    page = page.order_by(exp.Ordered(this=col("seq"), desc=True)).limit(given("limit"))
    return resolved_events(page)


def events_of_linked(narrowing: str) -> exp.Expr:
    """Sent anonymously, by somebody who turned out to be one of these."""
    links = of_workspace(exp.select(col("anonymous_id")).from_("identity")).where(
        among(NARROWING[narrowing], narrowing)
    )
    empty = exp.Literal.string("")
    return exp.and_(
        col("person_key").eq(empty),
        col("account_key").eq(empty) if narrowing == "accounts" else exp.true(),
        exp.In(this=col("anonymous_id"), query=exp.Subquery(this=links)),
    )


def resolved_events(page: exp.Select) -> exp.Select:
    """The events with the person and account their anonymous id was linked to."""
    columns: list[exp.Expr] = []
    for name in EVENT:
        column: exp.Expr = col(name, "e")
        if name in ("person_key", "account_key"):
            own = exp.func("NULLIF", column, exp.Literal.string(""))
            linked = exp.func("COALESCE", own, col(name, "i"), exp.Literal.string(""))
            column = _named(linked, name)
        columns.append(column)
    links = of_workspace(exp.select("*").from_("identity"))
    joined = exp.select(*columns).from_(page.subquery("e"))
    condition = exp.and_(
        col("anonymous_id", "i").eq(col("anonymous_id", "e")),
        col("person_key", "e").eq(exp.Literal.string("")),
        col("anonymous_id", "e").neq(exp.Literal.string("")),
    )
    joined = joined.join(links.subquery("i"), on=condition, join_type="left")
    return joined.order_by(exp.Ordered(this=col("seq", "e"), desc=True))


def arrivals(_: frozenset[str]) -> exp.Select:
    """ArrivalCount, by day."""
    keys = (col("day"), col("outcome"), col("reason"))
    query = of_workspace(exp.select(*keys, _named(_sum(), "count")).from_("arrivals"))
    query = query.where(col("day") >= given("since"), col("day") < given("until"))
    return query.group_by(*keys).order_by(*keys)


QUARANTINED: Final = (
    "seq",
    "received_at",
    "index",
    "reason",
    "severity",
    "found",
    "name",
    "item",
    "envelope",
    "message_id",
    "source",
)


def _quarantine(*columns: exp.Expr) -> exp.Select:
    """Items with their endings; the engines differ in what an outer join leaves: NULL or ''."""
    query = exp.select(*columns).from_("quarantine AS q")
    same = exp.and_(
        col("workspace", "e").eq(col("workspace", "q")), col("item_seq", "e").eq(col("seq", "q"))
    )
    return of_workspace(query.join("endings AS e", on=same, join_type="left"), "q")


def _ending() -> exp.Expr:
    return exp.Coalesce(this=col("ending", "e"), expressions=[exp.Literal.string("")])


def quarantined(narrowed: frozenset[str]) -> exp.Select:
    """QuarantinedItem, the newest first."""
    ended_at = exp.Coalesce(this=col("ended_at", "e"), expressions=[col("received_at", "q")])
    ended_as = exp.Coalesce(this=col("ended_as", "e"), expressions=[exp.Literal.string("")])
    query = _quarantine(
        *(_named(col(name, "q"), name) for name in QUARANTINED),
        _named(_ending(), "ending"),
        _named(ended_at, "ended_at"),
        _named(ended_as, "ended_as"),
    )
    if "before" in narrowed:
        query = query.where(col("seq", "q") < given("before"))
    for name in ("seq", "reason", "severity", "name"):
        if name in narrowed:
            query = query.where(col(name, "q").eq(given(name)))
    if "ending" in narrowed:
        query = query.where(_ending().eq(given("ending")))
    return query.order_by(exp.Ordered(this=col("seq", "q"), desc=True)).limit(given("limit"))


def quarantine_groups(_: frozenset[str]) -> exp.Select:
    """QuarantineGroup of the refused items that wait, the largest first."""
    query = _quarantine(
        _named(col("reason", "q"), "reason"),
        _named(col("name", "q"), "name"),
        _named(exp.Count(this=exp.Star()), "count"),
        _named(exp.Min(this=col("received_at", "q")), "first_at"),
        _named(exp.Max(this=col("received_at", "q")), "last_at"),
    )
    refused = exp.Literal.string("refused")
    return (
        query.where(col("severity", "q").eq(refused), _ending().eq(exp.Literal.string("")))
        .group_by(col("reason", "q"), col("name", "q"))
        .order_by(exp.Ordered(this=exp.Count(this=exp.Star()), desc=True), col("reason", "q"))
        .order_by(col("name", "q"))
    )


def ids_of_people(_: frozenset[str]) -> exp.Query:
    """Every id of a person, known or anonymous."""
    found = [
        of_workspace(exp.select(_named(col(column), "id")).from_(table)).where(
            col(column).neq(exp.Literal.string(""))
        )
        for table in ("events", "membership", "identity")
        for column in ("person_key", "anonymous_id")
    ]
    return exp.union(*found, distinct=True)


def anonymous_ids(_: frozenset[str]) -> exp.Select:
    """The anonymous ids of these people."""
    query = of_workspace(exp.select(col("anonymous_id")).from_("identity"))
    return query.where(among("person_key", "people")).order_by(col("anonymous_id"))


def _since_seq(table: str, *columns: str) -> exp.Select:
    query = of_workspace(exp.select(*map(col, columns)).from_(table))
    return query.where(col("seq") > given("after"), col("seq") <= given("through"))


def news_end(_: frozenset[str]) -> exp.Select:
    """Up to where the next `limit` events after a point go."""
    query = of_workspace(exp.select(col("seq")).from_("events"))
    query = query.where(col("seq") > given("after")).order_by(col("seq")).limit(given("limit"))
    return exp.select(exp.Max(this=col("seq"))).from_(query.subquery("n"))


def news_accounts(_: frozenset[str]) -> exp.Select:
    """AccountSighting, in order."""
    return _since_seq("accounts", "seq", "account_key", "seen_at").order_by(col("seq"))


def news_people(_: frozenset[str]) -> exp.Select:
    """PersonSighting, in order."""
    query = _since_seq("membership", "seq", "person_key", "account_key", "since_at")
    return query.where(col("person_key").neq(exp.Literal.string(""))).order_by(col("seq"))


def news_traits(_: frozenset[str]) -> exp.Select:
    """TraitsSaid, in order."""
    query = _since_seq(
        "events", "seq", "kind", "person_key", "account_key", "occurred_at", "traits"
    )
    return query.where(
        col("kind").isin("identify", "group"), col("traits").neq(exp.Literal.string(""))
    ).order_by(col("seq"))


def news_touched(_: frozenset[str]) -> exp.Select:
    """The accounts that were used."""
    query = _since_seq("events", "account_key").distinct()
    return query.where(
        col("account_key").neq(exp.Literal.string("")), col("kind").isin(*USED)
    ).order_by(col("account_key"))


QUESTIONS: Final = {
    question.__name__: question
    for question in (
        usage_per_day,
        usage_per_day_and_name,
        usage_by_name,
        usage_by_person,
        usage_by_account,
        activity_by_account,
        event_names,
        count,
        count_expired,
        last_events,
        arrivals,
        quarantined,
        quarantine_groups,
        anonymous_ids,
        ids_of_people,
        news_end,
        news_accounts,
        news_people,
        news_traits,
        news_touched,
    )
}


@lru_cache(maxsize=512)
def rendered(question: str, narrowed: frozenset[str], dialect: str) -> str:
    """The statement of a question for an engine; built once per shape."""
    return QUESTIONS[question](narrowed).sql(dialect=dialect)
