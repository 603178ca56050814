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
from typing import Any

from benchmarks.programs import figures_of

EVENTS = 20_000_000


def run() -> dict[str, dict[str, Any]]:
    """Seconds, each beside the scan; the shares that are asked for beside them."""
    return figures_of("measuring", os.environ.get("VEREDA_BENCH_EVENTS", str(EVENTS)))
