"""What recomputing the adoption of 100,000 people from 20 million events costs.

The limit is two raw columnar scans of the same events, measured in the same run (`scan`): the plain
statement of `metrics` that asks each account's uses, different people, days and names, and the last
use. `people`: for everybody, 20 features, their product and anything at all, how long the first
use, its completion and a regular pattern took, and the days between uses; curves are drawn of what
it keeps. `all` computes and compares the rows of all accounts too. `after_1_percent`: only those
that one account in a hundred touched.

VEREDA_BENCH_EVENTS chooses another size; there is a person for each 200 events, who uses three
features on a few days of half a year, 23 times each: an autotracked product. `rows_per_event` says
how many rows the roll-up has for each event; what it saves depends on it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

EVENTS = 20_000_000
PROGRAM = "import django; django.setup(); from benchmarks.adopting import main; main()"


def run() -> dict[str, dict[str, Any]]:
    """Seconds, each beside the scan."""
    events = int(os.environ.get("VEREDA_BENCH_EVENTS", str(EVENTS)))
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("VEREDA_")}
        environment = {
            **ours,
            "DJANGO_SETTINGS_MODULE": "vereda.config.settings",
            "VEREDA_HOME": str(Path(os.environ.get("VEREDA_BENCH_HOME") or place)),
        }
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-W", "ignore", "-c", PROGRAM, str(events)],
            env=environment,
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            check=True,
        )
    figures: dict[str, dict[str, Any]] = msgspec.json.decode(done.stdout.splitlines()[-1])
    return figures
