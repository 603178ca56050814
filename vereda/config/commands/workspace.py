"""How commands name a workspace."""

import argparse

from vereda.foundation.errors import Missing, Refused
from vereda.workspaces.models import Workspace
from vereda.workspaces.queries import workspace_with_slug


def add_workspace_to(parser: argparse.ArgumentParser) -> None:
    """--workspace, by its short name in addresses."""
    parser.add_argument(
        "--workspace", required=True, help="the workspace's short name, as in /w/NAME/"
    )


def workspace_in(chosen: argparse.Namespace) -> Workspace:
    """The workspace that was named; refused with a sentence when there is none."""
    try:
        return workspace_with_slug(chosen.workspace)
    except Missing as missing:
        raise Refused(f"there is no workspace {chosen.workspace!r}") from missing
