"""`vereda events`: count, ledger, schema, move"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Final

from vereda.config.commands.workspace import add_workspace_to, workspace_in
from vereda.config.moving import move_events_to
from vereda.config.starting import get_ready
from vereda.events.queries.arrivals import ArrivalDay, arrival_days
from vereda.events.queries.single_events import count_events
from vereda.events.store.clickhouse.schema import clickhouse_statements
from vereda.events.store.current import close_event_store

EVER: Final = date(1970, 1, 1)
UNBALANCED: Final = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """count, ledger: what is stored and received. schema, move: for ClickHouse."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    count = verbs.add_parser("count", help="print how many events are stored; also while serving")
    add_workspace_to(count)
    count.add_argument("--name", help="only events of that name")
    ledger = verbs.add_parser(
        "ledger", help="print what became of everything received, one line of JSON for each day"
    )
    add_workspace_to(ledger)
    ledger.add_argument("--since", type=date.fromisoformat, default=EVER, help="from that day on")
    schema = verbs.add_parser("schema", help="print the tables of ClickHouse as statements")
    schema.add_argument("--cluster", default="", help="for the cluster of that name")
    schema.add_argument(
        "--keep-days", type=int, default=0, help="let ClickHouse drop events older than that"
    )
    move = verbs.add_parser("move", help="copy the event store into ClickHouse; also while serving")
    move.add_argument("--to", required=True, help="clickhouse://user:password@host:port/database")


def run(chosen: argparse.Namespace) -> int:
    """Print the answer and nothing else; 1 when the ledger does not add up."""
    get_ready()
    try:
        return VERBS[chosen.verb](chosen)
    finally:
        close_event_store()


def print_count(chosen: argparse.Namespace) -> int:
    """One number."""
    sys.stdout.write(f"{count_events(workspace_in(chosen), name=chosen.name)}\n")
    return 0


def print_ledger(chosen: argparse.Namespace) -> int:
    """The newest day first."""
    days = arrival_days(
        workspace_in(chosen), since=chosen.since, until=date.max - timedelta(days=1)
    )
    for day in days:
        sys.stdout.write(f"{json.dumps(as_line(day))}\n")
    return 0 if all(day.adds_up for day in days) else UNBALANCED


def print_schema(chosen: argparse.Namespace) -> int:
    """Statements to run by hand, or to read; opening the store runs them too."""
    made = clickhouse_statements(cluster=chosen.cluster, keep_days=chosen.keep_days)
    sys.stdout.write(";\n\n".join(made) + ";\n")
    return 0


def move(chosen: argparse.Namespace) -> int:
    """0 when everything is there, 3 when it is but Vereda goes on taking events."""
    return move_events_to(chosen.to)


def as_line(day: ArrivalDay) -> dict[str, object]:
    """A day of the ledger as JSON has it."""
    return {**asdict(day), "day": day.day.isoformat(), "adds_up": day.adds_up}


VERBS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "count": print_count,
    "ledger": print_ledger,
    "schema": print_schema,
    "move": move,
}
