"""Which repair follows from a promise that runs out, and who gets the ticket."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from vereda.support.contracts import Priority

TOO_LATE = timedelta(days=1)
"""What ran out longer ago is marked and not repaired: nobody wants a thousand letters about
tickets that an import brought in."""


def applies(*, rule_clock: str, rule_priorities: Sequence[str], clock: str, priority: str) -> bool:
    """Is a rule for this clock and this priority? Empty is every one."""
    return (not rule_clock or rule_clock == clock) and (
        not rule_priorities or priority in rule_priorities
    )


def raised(priority: Priority) -> Priority | None:
    """The next more urgent priority; None above the top."""
    order = list(Priority)
    place = order.index(priority) + 1
    return order[place] if place < len(order) else None


def next_in_queue(open_tickets: Mapping[UUID, int], *, but: UUID | None) -> UUID | None:
    """Who has the fewest open tickets, other than who has it now; the first of equals."""
    others = {member: count for member, count in open_tickets.items() if member != but}
    return min(others, key=lambda member: (others[member], member), default=None)
