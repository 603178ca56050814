"""What the fifteen metrics to begin with cost, for every account over 90 days and the 90 before.

The limit is one raw columnar scan of the same events, measured in the same run (`scan`): the
plain statement that asks each account's uses, different people, days and names, and the last
use, of one span. The fifteen ask that and more of several spans at once, each beside the span
before. `flat` reads the same columns without groups, for orientation.

Beside it: the fifteen from the events themselves, from the daily roll-up, and the work of bringing
all kept values up to date after one account in a hundred was used again, beside computing all.

VEREDA_BENCH_EVENTS chooses another size. People use three features on two days of five, 23 times
each: an autotracked product. `rows_per_event` says how many rows the roll-up has for each event;
what the roll-up saves depends on it. `size` stores events as the sample workspace invents them and
says how many bytes each takes. Memory is bounded by the store's 1 GB; `peak_mb` is the process's.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

EVENTS = 20_000_000
PROGRAM = "import django; django.setup(); from benchmarks.measuring import main; main()"


def run() -> dict[str, dict[str, Any]]:
    """Seconds, each beside the scan; the shares that are asked for beside them."""
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
