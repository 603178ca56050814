"""For tests: times with names, and facts that can be delivered."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

from vereda.foundation.tasks import run_waiting_tasks

MORNING = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
NOON = MORNING + timedelta(hours=4)
EVENING = MORNING + timedelta(hours=11)
TOMORROW = MORNING + timedelta(days=1)


class Facts(list[object]):
    """What was announced since the test began, in order."""

    def deliver(self) -> None:
        """Run the reactions, and what they enqueue, until the queue is empty."""
        run_waiting_tasks()

    def of(self, kind: type) -> list[object]:
        """Only the facts of that kind."""
        return [fact for fact in self if isinstance(fact, kind)]


LARGE_TABLES: Final = re.compile(
    r"(SCAN|SEARCH) (customers_(?!customfield|tag\b)\w+|support_\w+|revenue_\w+)\b(.*)"
)
"""Tables that hold a row or more for each account, in a step of a plan."""

FEW_OF_WORKSPACE: Final = frozenset({"support_slapolicy"})
"""Tables of which a workspace has a handful of rows, however many accounts: those may be gone
through to find one, but never everybody's."""

WORKSPACE_ALONE: Final = re.compile(r"\(workspace_id=\?( AND \w+[<>]\?)*\)")


def wide_steps(statements: Iterable[str]) -> set[str]:
    """The steps in which SQLite would go through a large table, or a workspace's whole share."""
    return {
        step
        for sql in statements
        for step in plan_of(sql)
        if (large := LARGE_TABLES.match(step))
        and (
            large[1] == "SCAN"
            or (large[2] not in FEW_OF_WORKSPACE and WORKSPACE_ALONE.search(large[3]))
        )
    }


def plan_of(sql: str) -> list[str]:
    """How SQLite would answer a question; nothing for what is none."""
    if not sql.startswith("SELECT"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]
