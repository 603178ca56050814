"""`vereda backup`"""

import argparse
import sys
from pathlib import Path

from vereda.config.backups import write_backup
from vereda.config.starting import get_ready
from vereda.events.store.current import close_event_store
from vereda.foundation.clock import now


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE.tar: where to."""
    parser.add_argument("file", type=Path, help="the tar file to write; it must not exist yet")


def run(chosen: argparse.Namespace) -> int:
    """Write everything into one file; Vereda may go on running."""
    get_ready()
    try:
        manifest = write_backup(chosen.file, now=now())
    finally:
        close_event_store()
    rows = sum(manifest["counts"].values())
    events = sum(each["events"] for each in manifest["events"])
    if manifest["events_elsewhere"]:
        sys.stdout.write(f"{chosen.file}: {rows} rows. Note: {manifest['events_elsewhere']}\n")
        return 0
    sys.stdout.write(f"{chosen.file}: {rows} rows, {events} events\n")
    return 0
