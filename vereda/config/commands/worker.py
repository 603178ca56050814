"""`vereda worker`"""

import argparse
import signal
import threading
from types import FrameType

from vereda.config.serving import close_stores
from vereda.config.starting import get_ready
from vereda.config.working import Background


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes nothing."""


def run(_chosen: argparse.Namespace) -> int:
    """Run tasks and scheduled jobs until SIGTERM or SIGINT; the task at work may end first."""
    get_ready()
    asked_to_stop = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    background = Background()
    background.start()
    asked_to_stop.wait()
    background.stop()
    close_stores()
    return 0
