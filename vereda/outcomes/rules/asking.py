"""When a customer is asked whether a promised benefit came true; pure."""

from datetime import date

from vereda.outcomes.contracts import OutcomeState

SAID_TO_BE_TRUE = frozenset({OutcomeState.REACHED, OutcomeState.VERIFIED})


def awaits_customer(
    state: OutcomeState, *, has_their_word: bool, due_on: date, today: date
) -> bool:
    """Whether it is for the customer to say: its day has come, or the numbers or we say that it
    came true, and they have said nothing that stands."""
    if has_their_word or state is OutcomeState.DROPPED:
        return False
    return today >= due_on or state in SAID_TO_BE_TRUE
