"""`vereda sample`"""

import argparse
import sys

from vereda.config.starting import get_ready
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.sample.contracts import SAMPLE_SLUG
from vereda.sample.rules.companies import COMPANIES
from vereda.sample.terminal import run_sample_command
from vereda.workspaces.actions.links import one_time_link
from vereda.workspaces.queries import owner_of, workspace_with_slug
from vereda.workspaces.rules import FIRST_LINK_LASTS


def arguments(parser: argparse.ArgumentParser) -> None:
    """--replace: remove the sample that is there and load it anew. --companies: fewer of them."""
    parser.add_argument(
        "--replace", action="store_true", help="remove the sample that is here, and load it anew"
    )
    parser.add_argument(
        "--companies",
        type=few_or_many,
        default=COMPANIES,
        metavar="N",
        help=f"how many customers it has (1 to {COMPANIES}; all when not said)",
    )


def few_or_many(text: str) -> int:
    """A number of companies that can be invented."""
    number = int(text)
    if not 1 <= number <= COMPANIES:
        raise ValueError(text)
    return number


def run(chosen: argparse.Namespace) -> int:
    """Load the workspace `muestra` and print a one-time sign-in link."""
    get_ready()
    run_sample_command(
        out=sys.stderr, now=now(), replace=chosen.replace, companies=chosen.companies
    )
    show_link()
    return 0


def show_link() -> None:
    """Print a link that signs in as the sample's owner; nothing when there is no sample."""
    try:
        owner = owner_of(workspace_with_slug(SAMPLE_SLUG))
    except Missing:
        return
    link = one_time_link(owner.user, now=now(), lasts=FIRST_LINK_LASTS)
    sys.stdout.write(f"{link}\n")
    sys.stdout.flush()
