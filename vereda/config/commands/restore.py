"""`vereda restore`"""

import argparse
import sys
from pathlib import Path

from vereda.config.backups import restore_backup


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE.tar, --to HOME."""
    parser.add_argument("file", type=Path, help="a file that `vereda backup` wrote")
    parser.add_argument(
        "--to", type=Path, required=True, metavar="HOME", help="a new or empty folder"
    )


def run(chosen: argparse.Namespace) -> int:
    """Check the backup and unpack it; a folder that holds anything is left alone."""
    restore_backup(chosen.file, home=chosen.to.resolve())
    sys.stdout.write(
        f"Restored into {chosen.to}.\n"
        f"Next: VEREDA_HOME={chosen.to} vereda doctor --against {chosen.file}\n"
    )
    return 0
