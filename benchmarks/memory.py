"""How much memory the server takes at rest and under load; the limit is an empty interpreter.

`ratio` is the server's resident size over that of a Python that imported Django and DuckDB.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.load import send_batches
from tests.stories.server import RunningVereda

EMPTY = "import django, duckdb, sys; duckdb.connect(); print('ready', flush=True); sys.stdin.read()"
EVENTS = 20_000


def run() -> dict[str, dict[str, Any]]:
    """Resident megabytes of the whole process group, at rest and after 20,000 events."""
    limit = empty_interpreter()
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        server = RunningVereda(home=Path(place))
        server.run("setup")
        server.start()
        try:
            at_rest = resident_of_group(server)
            send_batches(server, events=EVENTS)
            under_load = resident_of_group(server)
        finally:
            server.stop()
    return {
        "at_rest": {"mb": at_rest, "limit": limit, "ratio": round(at_rest / limit, 2)},
        "under_load": {"mb": under_load, "limit": limit, "ratio": round(under_load / limit, 2)},
    }


def empty_interpreter() -> float:
    """Resident megabytes of an interpreter with our two largest imports and no data."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", EMPTY], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None  # noqa: S101
    process.stdout.readline()
    size = resident_megabytes(process.pid)
    process.communicate()
    return size


def resident_of_group(server: RunningVereda) -> float:
    """Resident megabytes of every process of the server's group."""
    assert server.process is not None  # noqa: S101
    group = server.process.pid
    members = [
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and group_of(path) == group
    ]
    return round(sum(resident_megabytes(pid) for pid in members), 1)


def group_of(process: Path) -> int:
    """The process group of a folder below /proc; 0 when it has just ended."""
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[2])
    except OSError:
        return 0


def resident_megabytes(pid: int) -> float:
    """What the kernel counts as resident for a process, in megabytes (10^6 bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0
