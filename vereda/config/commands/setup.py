"""`vereda setup`"""

import argparse
import sys

from django.conf import settings

from vereda.config.starting import get_ready, require_front_end
from vereda.workspaces.queries import no_user_yet


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes nothing; VEREDA_HOME says where."""


def run(_chosen: argparse.Namespace) -> int:
    """Make everything ready and say what comes next. Harmless to repeat, also after an upgrade."""
    get_ready()
    require_front_end()
    sys.stdout.write(f"Vereda lives in {settings.HOME}\n")
    if no_user_yet():
        sys.stdout.write(
            f"Next: `vereda serve`, then open {settings.BASE_URL}/ to become the first owner,\n"
            "or `vereda serve --sample` to look at an invented company.\n"
        )
    else:
        sys.stdout.write("Next: `vereda serve`\n")
    return 0
