"""Python reads this first where it stands on the path: this process lives so far ahead.

Vereda asks one function for the time, Django another; all else asks these two.
"""

import os
from datetime import datetime, timedelta

from django.utils import timezone

from vereda.foundation import clock

AHEAD = timedelta(seconds=float(os.environ["STORY_AHEAD"]))
true_time, djangos_time = clock.now, timezone.now


def moved_time() -> datetime:
    """What Vereda takes the time for."""
    return true_time() + AHEAD


def moved_for_django() -> datetime:
    """The same for Django and the queue of tasks."""
    return djangos_time() + AHEAD


clock.now, timezone.now = moved_time, moved_for_django
