"""What audiences do when they hear news: look again at those it is about."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from vereda.audiences.actions.by_hand import keep_decisions_of_absorbed
from vereda.audiences.actions.references import look_at_those_asking
from vereda.audiences.actions.touched import (
    ALL,
    USE,
    answer_anew,
    asks_of_activity,
    asks_of_letters,
    asks_of_use,
    look_at_accounts,
    look_at_events,
    look_at_people,
)
from vereda.audiences.contracts import About, EnteredAudience, LeftAudience
from vereda.customers.contracts import (
    AccountMergeUndone,
    AccountsMerged,
    AccountsUpserted,
    PeopleChanged,
    PeopleMerged,
    PeopleMergeUndone,
    PeopleUpserted,
)
from vereda.events.contracts.facts import ActivityChanged, EventsStored, MetricsMeasured
from vereda.foundation.clock import now


class _OfWorkspace(Protocol):
    @property
    def workspace_id(self) -> UUID: ...


class _OfAccount(_OfWorkspace, Protocol):
    @property
    def account_id(self) -> UUID | None: ...


class _OfAccounts(_OfWorkspace, Protocol):
    @property
    def account_ids(self) -> tuple[UUID, ...]: ...


class _OfPerson(_OfWorkspace, Protocol):
    @property
    def person_id(self) -> UUID | None: ...


class _OfPeople(_OfWorkspace, Protocol):
    @property
    def person_ids(self) -> tuple[UUID, ...]: ...


class _OfBoth(_OfAccount, _OfPerson, Protocol): ...


def look_again_at_account(fact: _OfAccount) -> None:
    """One account changed."""
    if fact.account_id is not None:
        look_at_accounts(fact.workspace_id, [fact.account_id], now=now())


def look_again_at_accounts(fact: _OfAccounts) -> None:
    """Several accounts changed."""
    look_at_accounts(fact.workspace_id, fact.account_ids, now=now())


def look_again_at_upserted_accounts(fact: AccountsUpserted) -> None:
    """Accounts were added or changed in one go."""
    look_at_accounts(fact.workspace_id, (*fact.created, *fact.updated), now=now())


def look_again_at_merged_accounts(fact: AccountsMerged | AccountMergeUndone) -> None:
    """Two accounts became one, or two again."""
    if isinstance(fact, AccountsMerged):
        _keep_decisions(fact, about=About.ACCOUNTS)
    look_at_accounts(fact.workspace_id, (fact.survivor_id, fact.absorbed_id), now=now())


def look_again_at_person(fact: _OfPerson) -> None:
    """One person changed."""
    if fact.person_id is not None:
        look_at_people(fact.workspace_id, [fact.person_id], now=now())


def look_again_at_upserted_people(fact: PeopleUpserted) -> None:
    """People were added or changed in one go."""
    look_at_people(fact.workspace_id, (*fact.created, *fact.updated), now=now())


def look_again_at_changed_people(fact: PeopleChanged) -> None:
    """Several people changed."""
    look_at_people(fact.workspace_id, fact.person_ids, now=now())


def look_again_at_merged_people(fact: PeopleMerged | PeopleMergeUndone) -> None:
    """Two people became one, or two again."""
    if isinstance(fact, PeopleMerged):
        _keep_decisions(fact, about=About.PEOPLE)
    look_at_people(fact.workspace_id, (fact.survivor_id, fact.absorbed_id), now=now())


def _keep_decisions(fact: AccountsMerged | PeopleMerged, *, about: About) -> None:
    keep_decisions_of_absorbed(
        fact.workspace_id,
        about=about,
        absorbed_id=fact.absorbed_id,
        survivor_id=fact.survivor_id,
        now=now(),
    )


def look_again_after_answer(fact: _OfBoth) -> None:
    """A person of an account answered a survey."""
    look_again_at_account(fact)
    look_again_at_person(fact)


def look_again_after_letter(fact: _OfPerson) -> None:
    """Somebody was written to or wrote, where letters are asked about."""
    if fact.person_id is not None:
        look_at_people(fact.workspace_id, [fact.person_id], now=now(), chosen=asks_of_letters)


def look_again_at_addresses(fact: _OfPeople) -> None:
    """Some were written to, or may be again or no more, where letters are asked about."""
    look_at_people(fact.workspace_id, fact.person_ids, now=now(), chosen=asks_of_letters)


def look_again_at_active(fact: ActivityChanged) -> None:
    """Accounts were active, or no longer are, where that is asked about."""
    look_at_accounts(fact.workspace_id, fact.account_ids, now=now(), chosen=asks_of_activity)


def look_again_after_events(fact: EventsStored) -> None:
    """Events were stored: whoever did something, where use is asked about."""
    look_at_events(fact.workspace_id, now=now())


def look_again_at_measured(fact: MetricsMeasured) -> None:
    """Metrics say something else."""
    if fact.everything:
        answer_anew(fact.workspace_id, asking=USE, now=now())
        return
    look_at_accounts(fact.workspace_id, fact.account_ids, now=now(), chosen=asks_of_use)
    look_at_people(fact.workspace_id, fact.person_ids, now=now(), chosen=asks_of_use)


def look_again_at_everybody(fact: _OfWorkspace) -> None:
    """Something changed that all accounts are compared by, such as exchange rates."""
    answer_anew(fact.workspace_id, asking=ALL, now=now())


def look_again_at_those_asking(fact: EnteredAudience | LeftAudience) -> None:
    """Some came into an audience or left it, where other audiences ask for it."""
    look_at_those_asking(
        fact.workspace_id,
        fact.audience_id,
        account_ids=fact.account_ids,
        person_ids=fact.person_ids,
        now=now(),
    )
