"""Another time for a server: every process of it takes the time for one that is ahead.

A server in a story lives on a working day at half past ten, whatever day it is where the test runs;
a week passes while it stands still. Signatures and sessions of browsers keep the machine's time.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.stories.server import RunningVereda

MOVED = Path(__file__).with_name("moved")
ROOT = Path(__file__).resolve().parents[2]
MONDAY = 0
MID_MORNING = time(10, 30)
MADRID = ZoneInfo("Europe/Madrid")


@dataclass(slots=True)
class MovedClock:
    """The time of one server, so far ahead of the machine's; it goes on by itself."""

    ahead: timedelta = field(default_factory=timedelta)

    @property
    def now(self) -> datetime:
        """What the server takes the time for."""
        return datetime.now(UTC) + self.ahead  # noqa: TID251 - tests ask the machine's clock

    @property
    def settings(self) -> dict[str, str]:
        """What a process is started with that believes it."""
        return {
            "PYTHONPATH": os.pathsep.join([str(MOVED), str(ROOT)]),
            "STORY_AHEAD": f"{self.ahead.total_seconds():.0f}",
        }

    def to_monday_morning(self) -> None:
        """The next Monday at half past ten in Madrid."""
        here = self.now.astimezone(MADRID)
        days = (MONDAY - here.weekday()) % 7 or 7
        then = datetime.combine(here.date() + timedelta(days=days), MID_MORNING, tzinfo=MADRID)
        self.ahead += then - here

    def passes(self, server: RunningVereda, **length: float) -> None:
        """So long goes by while the server stands still; it catches up as it starts again."""
        assert server.stop() == 0, server.log()
        self.ahead += timedelta(**length)
        server.settings |= self.settings
        server.start()
