"""`vereda doctor`"""

import argparse
import sys
from pathlib import Path

from vereda.config.backups import differences_to, read_manifest
from vereda.config.checking import CHECKS
from vereda.events.store.current import close_event_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """--against FILE.tar."""
    parser.add_argument(
        "--against",
        type=Path,
        metavar="FILE.tar",
        help="also compare every count, and all events, with a backup",
    )


def run(chosen: argparse.Namespace) -> int:
    """Say of each part whether it is well; exit code 1 when one is not."""
    findings = {name: check() for name, check in CHECKS.items()}
    if chosen.against and not any(findings.values()):
        different = differences_to(read_manifest(chosen.against))
        findings["against the backup"] = "\n    ".join(different)
    close_event_store()
    for name, wrong in findings.items():
        sys.stdout.write(f"{'WRONG' if wrong else 'ok':5}  {name}{f': {wrong}' if wrong else ''}\n")
    if chosen.against and not any(findings.values()):
        sys.stdout.write("equal\n")
    return 1 if any(findings.values()) else 0
