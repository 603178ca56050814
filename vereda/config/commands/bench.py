"""`vereda bench`"""

import argparse
import json
import sys
from importlib import import_module

from vereda.config.settings import PACKAGE
from vereda.foundation.errors import Refused

SOURCE = PACKAGE.parent


def arguments(parser: argparse.ArgumentParser) -> None:
    """NAME, --json."""
    parser.add_argument("name", help=f"one of: {', '.join(benchmark_names()) or 'none here'}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(chosen: argparse.Namespace) -> int:
    """Measure; each figure stands beside a limit measured in the same run."""
    if chosen.name not in benchmark_names():
        known = ", ".join(benchmark_names())
        raise Refused(f"there is no benchmark {chosen.name!r}; in this folder: {known or 'none'}")
    sys.path.insert(0, str(SOURCE))
    cases = import_module(f"benchmarks.{chosen.name}").run()
    if chosen.json:
        sys.stdout.write(f"{json.dumps(cases)}\n")
        return 0
    for case, figures in cases.items():
        shown = "  ".join(f"{name} {value}" for name, value in figures.items())
        sys.stdout.write(f"{chosen.name} {case}: {shown}\n")
    return 0


def benchmark_names() -> list[str]:
    """The benchmarks of the source folder that offer `run()`; an installed package has none."""
    return sorted(
        path.stem
        for path in (SOURCE / "benchmarks").glob("*.py")
        if "\ndef run(" in path.read_text(encoding="utf-8")
    )
