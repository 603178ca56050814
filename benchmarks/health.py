"""What scoring a portfolio costs: 100,000 accounts, eight factors, 20 million events.

`full`: the six metrics that the scorecard needs are computed from the events and kept, then every
account is scored for the first time; its limit is three times `scans`, one raw columnar scan of
the events for each of those six metrics, in the same run. `score` is the scoring alone. `again`:
everybody is scored and nothing changed. `one_percent`: one account in a hundred was used again;
events are folded, its metrics computed, it is scored; the limit is 5% of `full`.
VEREDA_BENCH_ACCOUNTS chooses another size; each account has about 200 events.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

ACCOUNTS = 100_000
PROGRAM = "import django; django.setup(); from benchmarks.scoring import main; main()"


def run() -> dict[str, dict[str, Any]]:
    """Seconds, with limits beside them; the work is done in a home of its own."""
    accounts = os.environ.get("VEREDA_BENCH_ACCOUNTS", str(ACCOUNTS))
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("VEREDA_")}
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-W", "ignore", "-c", PROGRAM, accounts],
            env={
                **ours,
                "DJANGO_SETTINGS_MODULE": "vereda.config.settings",
                "VEREDA_HOME": place,
            },
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            check=True,
        )
    figures: dict[str, dict[str, Any]] = msgspec.json.decode(done.stdout.splitlines()[-1])
    return figures
