"""`vereda web`"""

import argparse

from vereda.config.serving import serve_until_stopped
from vereda.config.starting import get_ready, require_front_end


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes nothing; VEREDA_HOST and VEREDA_PORT say where it listens."""


def run(_chosen: argparse.Namespace) -> int:
    """Serve pages and take events in; tasks wait for a `vereda worker`."""
    get_ready()
    require_front_end()
    return serve_until_stopped(with_background=False)
