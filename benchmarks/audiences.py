"""What an audience over a million people costs: counting, the first answer, and changes.

`count`: the question is counted as the builder's preview does; the limit is a second for a million
people, and `scan` is what the database needs to go through the same people once. `members`: the
size that is kept, and a page of who is in. `first`: everybody is put in for the first time.
`again`: a whole answer when nothing changed. `touched`: one person in a thousand changed, and is
looked at again; `rows_written` must be the rows that changed, and `of_first` is its share of the
time of the first answer. `few`: ten people. VEREDA_BENCH_PEOPLE chooses another size.
"""

import os
from typing import Any

from benchmarks.programs import figures_of

PEOPLE = 1_000_000


def run() -> dict[str, dict[str, Any]]:
    """Seconds, with limits beside them; the work is done in a home of its own."""
    return figures_of("answering", os.environ.get("VEREDA_BENCH_PEOPLE", str(PEOPLE)))
