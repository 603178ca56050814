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
from typing import Any

from benchmarks.programs import figures_of

EVENTS = 20_000_000


def run() -> dict[str, dict[str, Any]]:
    """Seconds, each beside the scan."""
    return figures_of("adopting", os.environ.get("VEREDA_BENCH_EVENTS", str(EVENTS)))
