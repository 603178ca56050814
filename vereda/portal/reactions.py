"""What the portal does about what others tell."""

from datetime import timedelta
from typing import Final

from vereda.customers.contracts import PeopleMerged, PersonErased
from vereda.foundation import clock
from vereda.messaging.contracts import LetterKind, LetterSent, ReplyReceived
from vereda.onboarding.contracts.facts import (
    ItemAccepted,
    ItemApproved,
    ItemFinished,
    ItemRequested,
    ItemReturned,
    ItemSubmitted,
)
from vereda.onboarding.queries.items import item_with_id
from vereda.outcomes.contracts import OutcomeNotVerified, OutcomeVerified, Side
from vereda.outcomes.queries.outcomes import outcome_with_id
from vereda.portal.actions.answers import take_answer_for_item
from vereda.portal.actions.links import end_visits_of_person
from vereda.portal.actions.telling import ITEM, note_reminders_sent, stop_writing_when_done
from vereda.portal.queries.asking import readers_of_benefit
from vereda.portal.queries.telling import STEPS, good_time_for, readers_of_item
from vereda.portal.writing import write_asked

GATHERED: Final = timedelta(minutes=10)
"""So long after something was asked for, the letter leaves: with all that was asked meanwhile."""


def close_door_after_erasure(fact: PersonErased) -> None:
    """Somebody is forgotten: no browser is known to be theirs, and no link opens."""
    end_visits_of_person(fact.workspace_id, fact.person_id, now=clock.now())


def close_door_after_merging(fact: PeopleMerged) -> None:
    """Two were one, or a member took them for it: either comes in anew, by their own letters."""
    for person_id in (fact.survivor_id, fact.absorbed_id):
        end_visits_of_person(fact.workspace_id, person_id, now=clock.now())


def write_when_asked(fact: ItemRequested | ItemReturned) -> None:
    """It is their turn: one letter a little later, in their working hours."""
    moment = clock.now()
    item = item_with_id(fact.workspace_id, fact.item_id)
    for person in readers_of_item(item, now=moment):
        at = good_time_for(person, item.plan.account, after=moment + GATHERED)
        if at is not None:
            later = write_asked.using(run_after=at)
            later.enqueue(str(fact.workspace_id), str(person.pk))


def stop_when_done(fact: ItemSubmitted | ItemAccepted | ItemApproved | ItemFinished) -> None:
    """It is given: whoever has nothing else to do is not written to."""
    moment = clock.now()
    item = item_with_id(fact.workspace_id, fact.item_id)
    for person in readers_of_item(item, now=moment):
        stop_writing_when_done(person, now=moment)


def stop_when_said(fact: OutcomeVerified | OutcomeNotVerified) -> None:
    """The customer said whether a benefit came true: whoever has nothing else to do is not written
    to."""
    if fact.side != Side.CUSTOMER:
        return
    moment = clock.now()
    outcome = outcome_with_id(fact.workspace_id, fact.outcome_id)
    for person in readers_of_benefit(outcome, now=moment):
        stop_writing_when_done(person, now=moment)


def note_digest_sent(fact: LetterSent) -> None:
    """A reminder has left: now, and not when it was ordered, somebody was reminded."""
    if fact.kind == LetterKind.DIGEST and fact.about == STEPS:
        note_reminders_sent(fact.workspace_id, fact.message_id, now=clock.now())


def take_answer(fact: ReplyReceived) -> None:
    """Somebody answered with what was asked for. Of whom we are not sure, a member reads it."""
    if fact.about == ITEM and fact.verified:
        take_answer_for_item(
            fact.workspace_id,
            item_id=fact.thing_id,
            letter_id=fact.letter_id,
            file_ids=fact.file_ids,
            now=clock.now(),
        )
