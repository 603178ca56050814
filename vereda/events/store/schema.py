"""The tables of the DuckDB file. Times are UTC without a zone; "" means not known."""

from typing import Final

EVENT_COLUMNS: Final = (
    ("seq", "BIGINT"),
    ("workspace", "VARCHAR"),
    ("message_id", "VARCHAR"),
    ("kind", "VARCHAR"),
    ("name", "VARCHAR"),
    ("person_key", "VARCHAR"),
    ("anonymous_id", "VARCHAR"),
    ("account_key", "VARCHAR"),
    ("count", "BIGINT"),
    ("occurred_at", "TIMESTAMP"),
    ("received_at", "TIMESTAMP"),
    ("properties", "VARCHAR"),
    ("traits", "VARCHAR"),
    ("context", "VARCHAR"),
    ("source", "VARCHAR"),
)

DAILY_COLUMNS: Final = (
    ("workspace", "VARCHAR"),
    ("day", "DATE"),
    ("account_key", "VARCHAR"),
    ("person_key", "VARCHAR"),
    ("anonymous_id", "VARCHAR"),
    ("name", "VARCHAR"),
    ("kind", "VARCHAR"),
    ("count", "BIGINT"),
    ("first_at", "TIMESTAMP"),
    ("last_at", "TIMESTAMP"),
)

TABLES: Final = {
    # Every event, as it came.
    "events": EVENT_COLUMNS,
    # The roll-up: settled rows, and those of recent commits that wait to be settled.
    "daily": DAILY_COLUMNS,
    "daily_new": DAILY_COLUMNS,
    # What is left in the roll-up of events that became too old: counts without people.
    "kept": DAILY_COLUMNS,
    # Anonymous ids that turned out to be a person: `person_key` owns what was done
    # before the link, `latest_person` what is done from now on (a shared browser).
    "identity": (
        ("seq", "BIGINT"),
        ("workspace", "VARCHAR"),
        ("anonymous_id", "VARCHAR"),
        ("person_key", "VARCHAR"),
        ("latest_person", "VARCHAR"),
        ("account_key", "VARCHAR"),
        ("linked_at", "TIMESTAMP"),
    ),
    # The account each person (or anonymous id) was last seen in; the last row counts.
    "membership": (
        ("seq", "BIGINT"),
        ("workspace", "VARCHAR"),
        ("person_key", "VARCHAR"),
        ("anonymous_id", "VARCHAR"),
        ("account_key", "VARCHAR"),
        ("since_at", "TIMESTAMP"),
    ),
    "accounts": (
        ("seq", "BIGINT"),
        ("workspace", "VARCHAR"),
        ("account_key", "VARCHAR"),
        ("seen_at", "TIMESTAMP"),
    ),
    "quarantine": (
        ("seq", "BIGINT"),
        ("workspace", "VARCHAR"),
        ("received_at", "TIMESTAMP"),
        ("index", "INTEGER"),
        ("reason", "VARCHAR"),
        ("severity", "VARCHAR"),
        ("found", "VARCHAR"),
        ("name", "VARCHAR"),
        ("item", "VARCHAR"),
        ("envelope", "VARCHAR"),
        ("message_id", "VARCHAR"),
        ("source", "VARCHAR"),
    ),
    # Items of the quarantine that were read again: at most one row each.
    "endings": (
        ("item_seq", "BIGINT"),
        ("workspace", "VARCHAR"),
        ("ending", "VARCHAR"),
        ("ended_at", "TIMESTAMP"),
        ("ended_as", "VARCHAR"),
    ),
    # received = stored + repaired + quarantined + deduplicated + suppressed + limited, by the day
    # of arrival. A repair moves an item from one to another by a count of -1 and one of +1.
    "arrivals": (
        ("workspace", "VARCHAR"),
        ("day", "DATE"),
        ("outcome", "VARCHAR"),
        ("reason", "VARCHAR"),
        ("count", "BIGINT"),
    ),
}


VIEWS: Final = (
    "CREATE VIEW IF NOT EXISTS usage AS SELECT * FROM daily UNION ALL SELECT * FROM daily_new"
    " UNION ALL SELECT * FROM kept",
)


def statements() -> list[str]:
    """What makes an empty file into a store; harmless on a store."""
    return [
        f"CREATE TABLE IF NOT EXISTS {table} ("
        + ", ".join(f'"{name}" {type_} NOT NULL' for name, type_ in columns)
        + ")"
        for table, columns in TABLES.items()
    ] + list(VIEWS)
