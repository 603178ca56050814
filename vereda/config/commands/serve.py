"""`vereda serve`"""

import argparse
import subprocess
import sys

from django.conf import settings
from django.db import connections

from vereda.config.commands.sample import show_link
from vereda.config.serving import serve_until_stopped
from vereda.config.starting import get_ready, require_front_end
from vereda.workspaces.queries import no_user_yet, no_workspace_yet


def arguments(parser: argparse.ArgumentParser) -> None:
    """--sample: begin with an invented company when nothing is here yet."""
    parser.add_argument(
        "--sample",
        action="store_true",
        help="load an invented company when there is no workspace yet, and print a link into it",
    )


def run(chosen: argparse.Namespace) -> int:
    """Get ready, say where it is, and serve until stopped."""
    get_ready()
    require_front_end()
    if chosen.sample:
        begin_with_sample()
    sys.stdout.write(f"Vereda is at {settings.BASE_URL}/  (Ctrl-C ends it)\n")
    if no_user_yet():
        sys.stdout.write("Open it to become the first owner.\n")
    sys.stdout.flush()
    return serve_until_stopped(with_background=True)


def begin_with_sample() -> None:
    """Load the sample when the database is empty; else only print a new link into it.

    It is loaded by a process of its own: this one is about to fork, and must hold no threads.
    """
    if not no_workspace_yet():
        show_link()
        return
    connections.close_all()
    subprocess.run([sys.executable, "-m", "vereda.config.cli", "sample"], check=True)
