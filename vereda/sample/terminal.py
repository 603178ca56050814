"""`vereda sample`: what a person at a terminal sees while the sample is loaded."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO

from vereda.sample.actions.loading import load_sample
from vereda.sample.contracts import LoadedSample
from vereda.sample.rules.companies import COMPANIES

WIDTH = 30


@dataclass(slots=True)
class ProgressBar:
    """A bar that redraws itself on a terminal, and a line per stage where there is none."""

    out: TextIO
    shown: str = field(default="", init=False)

    def __call__(self, share: float, doing: str) -> None:
        if not self.out.isatty():
            if doing != self.shown:
                self.out.write(f"{doing}\n")
            self.shown = doing
            return
        full = round(share * WIDTH)
        line = f"\r[{'█' * full}{'·' * (WIDTH - full)}] {share:4.0%} {doing:<10}"
        if line != self.shown:
            self.out.write(line + ("\n" if share >= 1 else ""))
            self.out.flush()
            self.shown = line


def run_sample_command(
    *, out: TextIO, now: datetime, replace: bool = False, companies: int = COMPANIES
) -> LoadedSample:
    """Load the sample with a bar on `out`, and say what came of it and how long it took."""
    began = time.monotonic()
    loaded = load_sample(now=now, progress=ProgressBar(out), replace=replace, companies=companies)
    seconds = time.monotonic() - began
    out.write(
        f"{loaded.accounts} accounts, {loaded.people} people and {loaded.events:,} events"
        f" in {seconds:.0f} s\n"
    )
    return loaded
