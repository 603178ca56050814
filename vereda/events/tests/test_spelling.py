"""Statements are spelled for their engine, whichever thread asks first."""

import subprocess
import sys

ASKING = """
import sys
from vereda.events.store import questions
assert {"sqlglot.dialects.duckdb", "sqlglot.dialects.clickhouse"} <= sys.modules.keys()
"""


def test_dialects_are_whole_before_anybody_asks():
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", ASKING], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
