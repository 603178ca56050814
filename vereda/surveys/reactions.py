"""What surveys do about what others tell."""

from vereda.foundation import clock
from vereda.privacy.contracts import ConsentPurpose, ConsentWithdrawn
from vereda.surveys.actions.asking import stop_letters_to


def stop_letters_after_refusal(fact: ConsentWithdrawn) -> None:
    """Somebody wants no messages: what has not left yet stays."""
    if fact.purpose == ConsentPurpose.MESSAGES:
        stop_letters_to(fact.person_id, workspace=fact.workspace_id, now=clock.now())
