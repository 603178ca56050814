"""What messaging does about what others tell."""

from vereda.customers.queries.people import person_with_id
from vereda.foundation import clock
from vereda.messaging.actions.wishes import stop_kinds_to
from vereda.messaging.contracts import LetterKind, StopReason
from vereda.privacy.contracts import ConsentPurpose, ConsentWithdrawn


def stop_news_after_refusal(fact: ConsentWithdrawn) -> None:
    """Somebody wants no messages: news that has not left stays."""
    if fact.purpose == ConsentPurpose.MESSAGES:
        person = person_with_id(fact.workspace_id, fact.person_id)
        stop_kinds_to(
            person, kinds=[LetterKind.NEWS], reason=StopReason.NO_CONSENT, now=clock.now()
        )
