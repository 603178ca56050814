"""`vereda key`"""

import argparse
import sys

from vereda.config.commands.workspace import add_workspace_to, workspace_in
from vereda.config.starting import get_ready
from vereda.foundation.clock import now
from vereda.workspaces.actions.keys import issue_write_key
from vereda.workspaces.queries import valid_write_key


def arguments(parser: argparse.ArgumentParser) -> None:
    """--workspace: whose key."""
    add_workspace_to(parser)


def run(chosen: argparse.Namespace) -> int:
    """Print one write key and nothing else; make one when there is none."""
    get_ready()
    workspace = workspace_in(chosen)
    key = valid_write_key(workspace, now=now()) or issue_write_key(
        workspace, label="vereda key", by=None, now=now()
    )
    sys.stdout.write(f"{key.secret}\n")
    return 0
