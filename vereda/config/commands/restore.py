"""`vereda restore`"""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from vereda.config.backups import restore_backup
from vereda.config.erasing import bring_erasures_along


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE.tar, --to HOME, --erasures PLACE."""
    parser.add_argument("file", type=Path, help="a file that `vereda backup` wrote")
    parser.add_argument(
        "--to", type=Path, required=True, metavar="HOME", help="a new or empty folder"
    )
    parser.add_argument(
        "--erasures",
        type=Path,
        metavar="PLACE",
        help="who was erased since: another home, its `erasures`, or a later backup"
        " (VEREDA_HOME when not said)",
    )


def run(chosen: argparse.Namespace) -> int:
    """Check the backup and unpack it, and erase again who was erased since; a folder that holds
    anything is left alone."""
    home = chosen.to.resolve()
    manifest = restore_backup(chosen.file, home=home)
    again = bring_erasures_along(
        home, since=datetime.fromisoformat(manifest["written_at"]), given=chosen.erasures
    )
    told = f"People erased since the backup, erased again: {again}.\n" if again else ""
    sys.stdout.write(
        f"Restored into {chosen.to}.\n{told}"
        f"Next: VEREDA_HOME={chosen.to} vereda doctor --against {chosen.file}\n"
    )
    return 0
