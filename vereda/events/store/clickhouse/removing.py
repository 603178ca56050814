"""Taking events back, erasing people, forgetting a workspace, letting go of what is too old.

Whatever is removed is rewritten by the engine at once; its old files go a few minutes later.
The roll-up of the days that had such events is made again from the events that stay.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from vereda.events.contracts.store import Expiry
from vereda.events.store.clickhouse.engine import Engine, as_text
from vereda.events.store.clickhouse.orders import Erase, Expire, Forget, Removal, TakeBack
from vereda.events.store.clickhouse.records import Removed
from vereda.events.store.clickhouse.schema import TABLE, TABLES
from vereda.events.store.planning import Row

OF_PEOPLE: Final = (
    "((person_key <> '' AND person_key IN {people: })"
    " OR (anonymous_id <> '' AND anonymous_id IN {anonymous: }))"
)
OF_SOURCE: Final = "source = {source: }"
TOO_OLD: Final = (
    "WHEN < toDateTime64({before: }, 6, 'UTC')"
    " AND received_at < toDateTime64({arrived_before: }, 6, 'UTC')"
)
UP_TO: Final = "(occurred_at, seq) <= (toDateTime64({through_at: }, 6, 'UTC'), {through: })"

_OWNED: Final = (
    " FROM (SELECT * FROM events WHERE workspace = {workspace: } AND WHICH) AS e"
    " LEFT JOIN (SELECT * FROM identity WHERE workspace = {workspace: }) AS i"
    " ON i.anonymous_id = e.anonymous_id AND e.person_key = '' AND e.anonymous_id <> ''"
)

_ACCOUNT: Final = "COALESCE(NULLIF(e.account_key, ''), i.account_key, '')"

ROLL_UP_AGAIN: Final = (
    "INSERT INTO daily SELECT e.workspace, toDate32(e.occurred_at),"
    f" {_ACCOUNT}, COALESCE(NULLIF(e.person_key, ''), i.person_key, '') AS owner,"
    " CASE WHEN owner = '' THEN e.anonymous_id ELSE '' END,"
    " e.name, e.kind, e.count, e.occurred_at, e.occurred_at"
    + _OWNED.replace("WHICH", "toDate32(occurred_at) IN {days: }")
)
"""One row for each event: the engine sums them as it does all others."""

WITHOUT_PEOPLE: Final = (
    f"SELECT toDate32(e.occurred_at) AS day, {_ACCOUNT} AS account, e.name, e.kind,"
    f" SUM(e.count), MIN(toDateTime64(day, 6, 'UTC')){_OWNED} GROUP BY day, account, e.name, e.kind"
)

DAYS: Final = (
    "SELECT toDate32(occurred_at) AS day, COUNT(*) FROM events"
    " WHERE workspace = {workspace: } AND WHICH GROUP BY day ORDER BY day"
)


def what_goes(removal: Removal, engine: Engine) -> tuple[Removed, int, list[Row]]:
    """All that is needed to remove it, also after a crash half-way; how many events go; and the
    counts that stay of them."""
    kept: list[Row] = []
    match removal:
        case Forget(workspace):
            found = engine.rows(
                "SELECT COUNT(*) FROM events WHERE workspace = {workspace: }",
                {"workspace": workspace},
            )
            return Removed(workspace=workspace, everything=True), int(found[0][0]), kept
        case TakeBack(workspace, source):
            removed = Removed(workspace=workspace, which=OF_SOURCE, values={"source": source})
        case Erase(workspace, people):
            anonymous = _all_anonymous(removal, engine)
            removed = Removed(
                workspace=workspace,
                which=OF_PEOPLE,
                values={"people": people, "anonymous": anonymous},
                people=people,
                anonymous=anonymous,
            )
        case Expire(workspace, expiry):
            removed = _too_old(removal, engine)
            kept = _counts_of(removed, engine) if expiry.keep_counts and removed.which else []
    days = _asked(engine, DAYS.replace("WHICH", removed.which), removed) if removed.which else []
    number = sum(count for _, count in days)
    which = removed.which if number else ""
    removed = msgspec.structs.replace(removed, which=which, days=[day for day, _ in days])
    return removed, number, kept


def carry_out_removal(removed: Removed, engine: Engine, *, version: int) -> None:
    """Remove it; doing so again changes nothing."""
    values = {"workspace": removed.workspace}
    if removed.everything:
        for table in TABLES:
            if "workspace" in table.names:
                _delete(engine, table.name, "TRUE", values)
        return
    if removed.which:
        _delete(engine, "event_rows", removed.which, {**values, **removed.values})
    if removed.people or removed.anonymous:
        _erase_traces(engine, removed)
    if removed.refusals:
        _delete_refusals(engine, removed, removed.refusals, removed.values)
    if removed.which:
        days = {**values, "days": removed.days}
        _delete(engine, "daily", "day IN {days: }", days)
        engine.do(ROLL_UP_AGAIN, days, insert_deduplicate=0)
        _note_head(engine, removed, version=version)


# --- What is too old -------------------------------------------------------------------


def _too_old(removal: Expire, engine: Engine) -> Removed:
    """The oldest events, named by the last of them, so that they are the same ones later."""
    condition, values = _condition(removal.expiry)
    removed = Removed(
        workspace=removal.workspace, which=condition.replace("WHEN", "occurred_at"), values=values
    )
    oldest = _asked(
        engine,
        "SELECT occurred_at, seq FROM events WHERE workspace = {workspace: }"  # noqa: S608
        f" AND {removed.which} ORDER BY occurred_at, seq LIMIT {int(removal.limit)}",
        removed,
    )
    refusals = condition.replace("WHEN", "received_at") if len(oldest) < removal.limit else ""
    if not oldest:
        return msgspec.structs.replace(removed, which="", refusals=refusals)
    at, seq = oldest[-1]
    return msgspec.structs.replace(
        removed,
        which=f"{removed.which} AND {UP_TO}",
        values={**values, "through_at": as_text(at), "through": seq},
        refusals=refusals,
    )


def _condition(expiry: Expiry) -> tuple[str, dict[str, Any]]:
    condition = TOO_OLD
    values: dict[str, Any] = {
        "before": as_text(expiry.before),
        "arrived_before": as_text(expiry.arrived_before),
    }
    if expiry.names is not None:
        condition += " AND name IN {names: }"
        values["names"] = list(expiry.names)
    if expiry.other_than:
        condition += " AND name NOT IN {other_than: }"
        values["other_than"] = list(expiry.other_than)
    return condition, values


def _counts_of(removed: Removed, engine: Engine) -> list[Row]:
    """What the events that go stood for, as rows of `kept`: counts without people."""
    found = _asked(engine, WITHOUT_PEOPLE.replace("WHICH", removed.which), removed)
    return [
        (removed.workspace, day, account, "", "", name, kind, count, at, at)
        for day, account, name, kind, count, at in found
    ]


# --- Traces ----------------------------------------------------------------------------


def _erase_traces(engine: Engine, removed: Removed) -> None:
    """Remove where people stand beside their events: links, memberships, refused items."""
    people = {"people": removed.people, "anonymous": removed.anonymous}
    for table in ("identity_rows", "membership_rows"):
        _delete(engine, table, OF_PEOPLE, {"workspace": removed.workspace, **people})
    words = [*removed.people, *removed.anonymous]
    _delete_refusals(
        engine,
        removed,
        "(found IN {words: } OR name IN {words: } OR arrayExists("
        "word -> position(item, word) > 0 OR position(envelope, word) > 0, {texts: }))",
        {"words": words, "texts": [msgspec.json.encode(word).decode() for word in words]},
    )


def _delete_refusals(
    engine: Engine, removed: Removed, which: str, values: Mapping[str, Any]
) -> None:
    given = {"workspace": removed.workspace, **values}
    found = engine.rows(
        f"SELECT seq FROM quarantine WHERE workspace = {{workspace: }} AND {which}",  # noqa: S608
        given,
    )
    if found:
        numbers = {"workspace": removed.workspace, "numbers": [seq for (seq,) in found]}
        _delete(engine, "ending_rows", "item_seq IN {numbers: }", numbers)
        _delete(engine, "quarantine_rows", which, given)


def _note_head(engine: Engine, removed: Removed, *, version: int) -> None:
    """The workspace's newest event may be one that went."""
    values = {"workspace": removed.workspace}
    head = engine.rows("SELECT MAX(seq) FROM events WHERE workspace = {workspace: }", values)[0][0]
    if head is None:
        _delete(engine, "head_rows", "TRUE", values)
    else:
        row = (removed.workspace, head, version)
        engine.insert(TABLE["head_rows"], [row], token=f"head-{version}-{removed.workspace}")


def _delete(engine: Engine, table: str, which: str, values: Mapping[str, Any]) -> None:
    """Rewrite what holds such rows; asking first is far cheaper than rewriting nothing."""
    found = engine.rows(
        f"SELECT 1 FROM {table} WHERE workspace = {{workspace: }} AND {which} LIMIT 1",  # noqa: S608
        values,
    )
    if not found:
        return
    engine.do(
        f"ALTER TABLE {engine.changeable(table)} DELETE"
        f" WHERE workspace = {{workspace: }} AND {which}",
        values,
    )


def _asked(engine: Engine, statement: str, removed: Removed) -> list[tuple[Any, ...]]:
    return engine.rows(statement, {"workspace": removed.workspace, **removed.values})


def _all_anonymous(removal: Erase, engine: Engine) -> list[str]:
    found = engine.rows(
        "SELECT anonymous_id FROM identity"
        " WHERE workspace = {workspace: } AND person_key IN {people: }",
        {"workspace": removal.workspace, "people": removal.people},
    )
    return sorted({*removal.anonymous, *(anonymous for (anonymous,) in found)})
