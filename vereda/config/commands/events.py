"""`vereda events count`"""

import argparse
import sys

from vereda.config.commands.workspace import add_workspace_to, workspace_in
from vereda.config.starting import get_ready
from vereda.events.queries.single_events import count_events
from vereda.events.store.current import close_event_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """count: how many events are stored."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    count = verbs.add_parser("count", help="print how many events are stored; also while serving")
    add_workspace_to(count)
    count.add_argument("--name", help="only events of that name")


def run(chosen: argparse.Namespace) -> int:
    """Print the number and nothing else."""
    get_ready()
    sys.stdout.write(f"{count_events(workspace_in(chosen), name=chosen.name)}\n")
    close_event_store()
    return 0
