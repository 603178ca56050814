"""`vereda events count` and `vereda events ledger`"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Final

from vereda.config.commands.workspace import add_workspace_to, workspace_in
from vereda.config.starting import get_ready
from vereda.events.queries.arrivals import ArrivalDay, arrival_days
from vereda.events.queries.single_events import count_events
from vereda.events.store.current import close_event_store

EVER: Final = date(1970, 1, 1)
UNBALANCED: Final = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """count: how many events are stored. ledger: what became of everything received."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    count = verbs.add_parser("count", help="print how many events are stored; also while serving")
    add_workspace_to(count)
    count.add_argument("--name", help="only events of that name")
    ledger = verbs.add_parser(
        "ledger", help="print what became of everything received, one line of JSON for each day"
    )
    add_workspace_to(ledger)
    ledger.add_argument("--since", type=date.fromisoformat, default=EVER, help="from that day on")


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


def as_line(day: ArrivalDay) -> dict[str, object]:
    """A day of the ledger as JSON has it."""
    return {**asdict(day), "day": day.day.isoformat(), "adds_up": day.adds_up}


VERBS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "count": print_count,
    "ledger": print_ledger,
}
