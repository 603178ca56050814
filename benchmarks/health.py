"""What scoring a portfolio costs: 100,000 accounts, eight factors, 20 million events.

`full`: the six metrics that the scorecard needs are computed from the events and kept, then every
account is scored for the first time; its limit is three times `scans`, one raw columnar scan of
the events for each of those six metrics, in the same run. `score` is the scoring alone. `again`:
everybody is scored and nothing changed. `one_percent`: one account in a hundred was used again;
events are folded, its metrics computed, it is scored; the limit is 5% of `full`.
VEREDA_BENCH_ACCOUNTS chooses another size; each account has about 200 events.
"""

import os
from typing import Any

from benchmarks.programs import figures_of

ACCOUNTS = 100_000


def run() -> dict[str, dict[str, Any]]:
    """Seconds, with limits beside them; the work is done in a home of its own."""
    return figures_of("scoring", os.environ.get("VEREDA_BENCH_ACCOUNTS", str(ACCOUNTS)))
