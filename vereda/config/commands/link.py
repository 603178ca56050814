"""`vereda link`"""

import argparse
import sys

from vereda.config.starting import get_ready
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.workspaces.actions.links import one_time_link
from vereda.workspaces.queries import user_with_email


def arguments(parser: argparse.ArgumentParser) -> None:
    """EMAIL: who is locked out."""
    parser.add_argument("email", help="the address of the person who is to come in")


def run(chosen: argparse.Namespace) -> int:
    """Print a link that signs that person in once, within ten minutes."""
    get_ready()
    try:
        user = user_with_email(chosen.email)
    except Missing as missing:
        raise Refused(f"nobody here has the address {chosen.email}") from missing
    sys.stdout.write(f"{one_time_link(user, now=now())}\n")
    return 0
