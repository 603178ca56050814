"""For tests: times with names, and facts that can be delivered."""

from datetime import UTC, datetime, timedelta

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
