"""Who is asked by letters whether a promised benefit came true, and all that waits for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.people import memberships_of_people, people_of
from vereda.messaging.contracts import LetterKind, LetterState
from vereda.messaging.queries.letters import letters_about
from vereda.onboarding.queries.plans import plans_of
from vereda.onboarding.queries.records import people_with_part
from vereda.outcomes.queries.customers import (
    asked_since,
    benefits_of_accounts,
    benefits_to_ask_about,
    is_for_customer_to_say,
)
from vereda.portal.contracts import BENEFIT_ASKED_FOR
from vereda.portal.queries.telling import (
    STEPS,
    day_of_reader,
    hours_of_reader,
    is_reminded_of_steps,
    readers_at,
    readers_of_steps_in,
    steps_to_tell,
)
from vereda.portal.queries.visits import is_welcome
from vereda.portal.rules import is_benefit_due
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.outcomes.models.outcomes import Outcome
    from vereda.outcomes.queries.outcomes import OutcomeView
    from vereda.portal.queries.telling import ReaderAt, ToldStep
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """All that waits for somebody: what they can do, and the benefits about which they are asked.

    Never empty.
    """

    steps: tuple[ToldStep, ...]
    benefits: tuple[OutcomeView, ...]

    @property
    def account(self) -> Account:
        """The account of the first of it."""
        if self.steps:
            return self.steps[0].step.plan.account
        return self.benefits[0].outcome.account


def readers_of_benefit(outcome: Outcome, *, now: datetime) -> list[Person]:
    """Who is asked about a benefit: whoever named it, while they are there; else those with a part
    in a plan of the account, else as for a plan in which nobody has one."""
    there = {each.person_id for each in people_of(outcome.account) if is_welcome(each.person)}
    if outcome.said_by is not None and outcome.said_by_id in there:
        return [outcome.said_by]
    with_part = {
        person.pk: person
        for plan in plans_of(outcome.account)
        if plan.agreed_at is not None and plan.stopped_at is None
        for person in people_with_part(plan)
        if person.pk in there
    }
    return list(with_part.values()) or readers_at(outcome.account, now=now)


def benefits_to_tell(person: Person, *, now: datetime) -> tuple[OutcomeView, ...]:
    """The benefits about which the person is asked, and about which they are written to."""
    if not is_welcome(person):
        return ()
    held = memberships_of_people(person.workspace_id, [person.pk])[person.pk]
    accounts = {each.account_id for each in held if each.account.archived_at is None}
    today = today_at(person.workspace, now=now)
    views = benefits_of_accounts(person.workspace_id, accounts, today=today)
    asked = [view for view in views if is_for_customer_to_say(view, today=today)]
    readers: dict[tuple[UUID, UUID | None], set[UUID]] = defaultdict(set)
    for view in asked:
        key = _asked_like(view.outcome)
        if key not in readers:
            readers[key] = {each.pk for each in readers_of_benefit(view.outcome, now=now)}
    return tuple(view for view in asked if person.pk in readers[_asked_like(view.outcome)])


def _asked_like(outcome: Outcome) -> tuple[UUID, UUID | None]:
    """Benefits alike in this have the same readers."""
    return outcome.account_id, outcome.said_by_id


def waiting_for(person: Person, *, now: datetime) -> Waiting | None:
    """All that waits for the person; None where nothing does."""
    steps, benefits = steps_to_tell(person, now=now), benefits_to_tell(person, now=now)
    return Waiting(steps=steps, benefits=benefits) if steps or benefits else None


def due_again(person: Person, *, now: datetime) -> Waiting | None:
    """The same, if they are to be reminded of any of it today."""
    waiting = waiting_for(person, now=now)
    if waiting is None:
        return None
    if is_reminded_of_steps(person, waiting.steps, now=now):
        return waiting
    return waiting if _is_asked_again(person, waiting.benefits, now=now) else None


def _is_asked_again(person: Person, benefits: Sequence[OutcomeView], *, now: datetime) -> bool:
    if not benefits:
        return False
    hours = hours_of_reader(person, benefits[0].outcome.account)
    letters = letters_about(person.workspace_id, about=STEPS, thing_id=person.pk)
    digests = letters.filter(kind=LetterKind.DIGEST, state=LetterState.SENT, settled_at__lt=now)
    written_on = {
        day_of_reader(hours, at)
        for at in digests.values_list("settled_at", flat=True)
        if at is not None
    }
    today = day_of_reader(hours, now)
    return any(
        is_benefit_due(asked_since(view), written_on=written_on, today=today) for view in benefits
    )


def readers_in(workspace: Workspace, *, now: datetime) -> dict[UUID, ReaderAt]:
    """Everybody who is written to about a plan that goes on, or asked by letters about a benefit,
    each with the account of one of them."""
    found = readers_of_steps_in(workspace, now=now)
    today = today_at(workspace, now=now)
    asked: dict[tuple[UUID, UUID | None], Outcome] = {}
    for view in benefits_to_ask_about(workspace, since=today - BENEFIT_ASKED_FOR, today=today):
        asked.setdefault(_asked_like(view.outcome), view.outcome)
    for outcome in asked.values():
        for person in readers_of_benefit(outcome, now=now):
            found.setdefault(person.pk, (person, outcome.account))
    return found
