"""What an audience over a million people costs: counting, the first answer, and changes.

`count`: the question is counted as the builder's preview does; the limit is a second for a million
people, and `scan` is what the database needs to go through the same people once. `members`: the
size that is kept, and a page of who is in. `first`: everybody is put in for the first time.
`again`: a whole answer when nothing changed. `touched`: one person in a thousand changed, and is
looked at again; `rows_written` must be the rows that changed, and `of_first` is its share of the
time of the first answer. `few`: ten people. VEREDA_BENCH_PEOPLE chooses another size.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

PEOPLE = 1_000_000
PROGRAM = "import django; django.setup(); from benchmarks.answering import main; main()"


def run() -> dict[str, dict[str, Any]]:
    """Seconds, with limits beside them; the work is done in a home of its own."""
    people = os.environ.get("VEREDA_BENCH_PEOPLE", str(PEOPLE))
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("VEREDA_")}
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-W", "ignore", "-c", PROGRAM, people],
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
