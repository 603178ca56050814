"""How many letters a person gets in a week, over all kinds and all capabilities.

What the person asked for themselves costs nothing. A digest counts as one, however much is in it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

USUAL_BUDGET = 4
LEAST_BUDGET, MOST_BUDGET = 1, 50
WEEK = timedelta(days=7)


def free_again_at(sent: Collection[datetime], *, budget: int, now: datetime) -> datetime | None:
    """When the next letter may leave: None for at once.

    `sent` are the moments of letters that count. With as many as the budget within the last seven
    days, the next leaves when the oldest that stands in its way is seven days old.
    """
    recent = sorted(at for at in sent if at > now - WEEK)
    if len(recent) < budget:
        return None
    return recent[len(recent) - budget] + WEEK
