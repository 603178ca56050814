"""Taking events back, erasing people, forgetting a workspace: what goes, and that it goes.

Whatever is removed is rewritten by the engine at once; its old files go a few minutes later.
The roll-up of the days that had such events is made again from the events that stay.
"""

from typing import Any, Final

import msgspec

from vereda.events.store.clickhouse.engine import Engine
from vereda.events.store.clickhouse.orders import Erase, Forget, Removal, TakeBack
from vereda.events.store.clickhouse.records import Removed
from vereda.events.store.clickhouse.schema import TABLE, TABLES

OF_PEOPLE: Final = (
    "((person_key <> '' AND person_key IN {people: })"
    " OR (anonymous_id <> '' AND anonymous_id IN {anonymous: }))"
)
OF_SOURCE: Final = "source = {source: }"

ROLL_UP_AGAIN: Final = (
    "INSERT INTO daily SELECT e.workspace, toDate32(e.occurred_at) AS day,"
    " COALESCE(NULLIF(e.account_key, ''), i.account_key, ''),"
    " COALESCE(NULLIF(e.person_key, ''), i.person_key, '') AS owner,"
    " CASE WHEN owner = '' THEN e.anonymous_id ELSE '' END,"
    " e.name, e.kind, e.count, e.occurred_at, e.occurred_at"
    " FROM (SELECT * FROM events WHERE workspace = {workspace: }"
    " AND toDate32(occurred_at) IN {days: }) AS e"
    " LEFT JOIN (SELECT * FROM identity WHERE workspace = {workspace: }) AS i"
    " ON i.anonymous_id = e.anonymous_id AND e.person_key = '' AND e.anonymous_id <> ''"
)
"""One row for each event: the engine sums them as it does all others."""


def what_goes(removal: Removal, engine: Engine) -> tuple[Removed, int]:
    """Everything needed to remove it, even after a crash half-way; and how many events go."""
    workspace = removal.workspace
    if isinstance(removal, Forget):
        removed = Removed(workspace=workspace, everything=True)
        found = engine.rows(
            "SELECT COUNT(*) FROM events WHERE workspace = {workspace: }", {"workspace": workspace}
        )
        return removed, int(found[0][0])
    if isinstance(removal, TakeBack):
        removed = Removed(workspace=workspace, source=removal.source)
    else:
        removed = Removed(
            workspace=workspace, people=removal.people, anonymous=_all_anonymous(removal, engine)
        )
    found = engine.rows(
        "SELECT toDate32(occurred_at) AS day, COUNT(*) FROM events"  # noqa: S608 - our own words
        f" WHERE workspace = {{workspace: }} AND {_which(removed)} GROUP BY day ORDER BY day",
        _values(removed),
    )
    days = [day for day, _ in found]
    return _with_days(removed, days), sum(count for _, count in found)


def carry_out_removal(removed: Removed, engine: Engine, *, version: int) -> None:
    """Remove it; doing so again changes nothing."""
    values = {"workspace": removed.workspace}
    if removed.everything:
        for table in TABLES:
            if "workspace" in table.names:
                _delete(engine, table.name, "TRUE", values)
        return
    _delete(engine, "event_rows", _which(removed), _values(removed))
    if removed.source is None:
        _erase_traces(engine, removed)
    if removed.days:
        days = {**values, "days": removed.days}
        _delete(engine, "daily", "day IN {days: }", days)
        engine.do(ROLL_UP_AGAIN, days, insert_deduplicate=0)
    _note_head(engine, removed, version=version)


def _erase_traces(engine: Engine, removed: Removed) -> None:
    """Remove where people stand beside their events: links, memberships, refused items."""
    values = _values(removed)
    for table in ("identity_rows", "membership_rows"):
        _delete(engine, table, OF_PEOPLE, values)
    words = [*removed.people, *removed.anonymous]
    found = engine.rows(
        "SELECT seq FROM quarantine WHERE workspace = {workspace: } AND"
        " (found IN {words: } OR arrayExists(word -> position(item, word) > 0, {texts: }))",
        {
            "workspace": removed.workspace,
            "words": words,
            "texts": [_as_json(word) for word in words],
        },
    )
    if found:
        numbers = {"workspace": removed.workspace, "numbers": [seq for (seq,) in found]}
        _delete(engine, "ending_rows", "item_seq IN {numbers: }", numbers)
        _delete(engine, "quarantine_rows", "seq IN {numbers: }", numbers)


def _note_head(engine: Engine, removed: Removed, *, version: int) -> None:
    """The workspace's newest event may be one that went."""
    values = {"workspace": removed.workspace}
    head = engine.rows("SELECT MAX(seq) FROM events WHERE workspace = {workspace: }", values)[0][0]
    if head is None:
        _delete(engine, "head_rows", "TRUE", values)
    else:
        row = (removed.workspace, head, version)
        engine.insert(TABLE["head_rows"], [row], token=f"head-{version}-{removed.workspace}")


def _delete(engine: Engine, table: str, which: str, values: dict[str, Any]) -> None:
    engine.do(
        f"ALTER TABLE {engine.changeable(table)} DELETE"
        f" WHERE workspace = {{workspace: }} AND {which}",
        values,
    )


def _which(removed: Removed) -> str:
    return OF_PEOPLE if removed.source is None else OF_SOURCE


def _values(removed: Removed) -> dict[str, Any]:
    values: dict[str, Any] = {"workspace": removed.workspace}
    if removed.source is not None:
        return {**values, "source": removed.source}
    return {**values, "people": removed.people, "anonymous": removed.anonymous}


def _all_anonymous(removal: Erase, engine: Engine) -> list[str]:
    found = engine.rows(
        "SELECT anonymous_id FROM identity"
        " WHERE workspace = {workspace: } AND person_key IN {people: }",
        {"workspace": removal.workspace, "people": removal.people},
    )
    return sorted({*removal.anonymous, *(anonymous for (anonymous,) in found)})


def _with_days(removed: Removed, days: list[Any]) -> Removed:
    return msgspec.structs.replace(removed, days=days)


def _as_json(word: str) -> str:
    """The word as it stands in an item's JSON text, which escapes no letters."""
    return msgspec.json.encode(word).decode()
