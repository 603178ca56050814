"""How long the server takes for its most used pages, small and large: Today, the portfolio, an
account, the board of 2,000 running plans, a plan, a customer's portal.

The limit is an empty signed-in page of the same server in the same process: sign-in, permissions,
rail, template. The board has a limit of its own besides, 80 ms. `ratio` says how many empty pages a
page costs, `growth` what it costs at 100,000 accounts with 20 million events beside what it costs
at 100 accounts. Both servers live at the same time and are asked in turns, so that a busy machine
is busy for both; `cpu_ms_p95` and `growth` count the time of the processors (the store's threads
too), which other programs disturb least.

VEREDA_BENCH_ACCOUNTS and VEREDA_BENCH_EVENTS choose other sizes for the large case; what was made
in the folder VEREDA_BENCH_HOME is kept there and asked again the next time.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

SMALL_ACCOUNTS, SMALL_EVENTS = 100, 20_000
TURNS = 5
ASKED_A_TURN = 20
PROGRAM = "import django; django.setup(); from benchmarks.asking_pages import main; main()"

Taken = dict[str, list[tuple[float, float]]]
"""Of each page, the times of its requests: on the clock, and of the processors."""


def run() -> dict[str, dict[str, Any]]:
    """Milliseconds at the 95th percentile, with few and with many accounts and events."""
    accounts = int(os.environ.get("VEREDA_BENCH_ACCOUNTS", "100000"))
    events = int(os.environ.get("VEREDA_BENCH_EVENTS", "20000000"))
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        home = Path(os.environ.get("VEREDA_BENCH_HOME") or place)
        large = Asked(home / "large", accounts, events)
        small = Asked(home / "small", SMALL_ACCOUNTS, SMALL_EVENTS)
        for _turn in range(TURNS):
            small.ask()
            large.ask()
        small.end()
        large.end()
    return {
        **figures_of(small.taken, SMALL_ACCOUNTS),
        **figures_of(large.taken, accounts, beside=small.taken),
    }


def figures_of(
    taken: Taken, accounts: int, *, beside: Taken | None = None
) -> dict[str, dict[str, Any]]:
    """Each page's time beside the empty page's, and how it grew."""
    limit = p95(clock(taken["empty"]))
    figures: dict[str, dict[str, Any]] = {}
    for page in taken.keys() - {"empty"}:
        worst = p95(clock(taken[page]))
        figures[f"{page}_{accounts}"] = {
            "ms_p95": worst,
            "ms_median": median(clock(taken[page])),
            "cpu_ms_p95": p95(processors(taken[page])),
            "limit": limit,
            "ratio": round(worst / limit, 2),
        }
        if beside is not None:
            grown = median(processors(taken[page])) / median(processors(beside[page]))
            figures[f"{page}_{accounts}"]["growth"] = round(grown, 2)
    return dict(sorted(figures.items()))


def clock(taken: list[tuple[float, float]]) -> list[float]:
    """The times that passed."""
    return [passed for passed, _busy in taken]


def processors(taken: list[tuple[float, float]]) -> list[float]:
    """The times that processors worked."""
    return [busy for _passed, busy in taken]


def p95(taken: list[float]) -> float:
    """The time that 95 of 100 requests stay within."""
    return round(sorted(taken)[int(len(taken) * 0.95) - 1], 2)


def median(taken: list[float]) -> float:
    """The time of the request in the middle."""
    return round(sorted(taken)[len(taken) // 2], 2)


class Asked:
    """A workspace of that size in a process and a home of its own, asked on demand."""

    def __init__(self, home: Path, accounts: int, events: int) -> None:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("VEREDA_")}
        settings = {"DJANGO_SETTINGS_MODULE": "vereda.config.settings", "VEREDA_HOME": str(home)}
        self.taken: Taken = {}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-W", "ignore", "-c", PROGRAM, str(accounts), str(events)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
            env={**ours, **settings},
            text=True,
        )
        self._line()

    def ask(self) -> None:
        """A turn of requests to every page; their times are added to `taken`."""
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write(f"{ASKED_A_TURN}\n")
        self._process.stdin.flush()
        told = msgspec.json.decode(self._line(), type=Taken)
        for page, times in told.items():
            self.taken.setdefault(page, []).extend(times)

    def end(self) -> None:
        """Let the process end."""
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the measured process ended with {self._process.wait()}")
        return line
