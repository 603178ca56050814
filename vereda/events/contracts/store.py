"""The questions an event store answers, and the few ways to change it."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from vereda.events.contracts.adopting import (
    Lasting,
    UseAbsence,
    UseAround,
    UseDuration,
    UseGroup,
    UsesOfSubject,
)
from vereda.events.contracts.answers import (
    ActivityOfAccount,
    ArrivalCount,
    DayTally,
    EventName,
    News,
    QuarantinedItem,
    QuarantineGroup,
    StoredEvent,
    UsageOfAccount,
    UsageOfName,
    UsageOfNameOnDay,
    UsageOfPerson,
    UsageOnDay,
)
from vereda.events.contracts.arriving import (
    Ending,
    Reason,
    Receipt,
    Severity,
    Submission,
    WorkspaceKey,
)
from vereda.events.contracts.exploring import Asked, Explored, ExploringProgress, Population
from vereda.events.contracts.measuring import Measured, Measurement, Per


class StoreUnavailable(Exception):
    """Nothing was stored and the sender should try again in `retry_after` seconds.

    `code` is a word for programs.
    """

    def __init__(self, why: str, *, retry_after: int = 2, code: str = "unavailable") -> None:
        super().__init__(why)
        self.retry_after = retry_after
        self.code = code


class HandedIn(Protocol):
    """A submission on its way to the disk."""

    def then(self, call: Callable[[], None]) -> None:
        """Call when its receipt is there or never will be; perhaps at once, perhaps twice.

        It is called by the thread that stores: it must do next to nothing.
        """

    def receipt(self) -> Receipt:
        """Its receipt, waiting until it is durable; or StoreUnavailable."""


class Expiry(msgspec.Struct, frozen=True, kw_only=True):
    """Which events are too old: they happened before `before`, and arrived before `arrived_before`
    (else one that is sent twice would be counted twice).

    `names` narrows it to those events, `other_than` leaves out others. With `keep_counts`, what
    they stood for stays in the roll-up as counts of accounts and days, without people.
    """

    before: datetime
    arrived_before: datetime
    names: list[str] | None = None
    other_than: list[str] = []
    keep_counts: bool = True


class EventStore(Protocol):
    """A dozen questions about product events, and the few ways to change them.

    Days are UTC and `until` is exclusive. `accounts`, `people` and `names` narrow
    an answer to those keys; None means all, an empty collection means none.
    """

    # Telling. Each returns after a durable commit or raises StoreUnavailable; of what is handed in
    # the receipt is there after it.
    def add(self, submission: Submission) -> Receipt: ...
    def hand_in(self, submission: Submission) -> HandedIn: ...
    def remove_source(self, workspace: WorkspaceKey, *, source: str) -> int: ...
    def erase_people(
        self, workspace: WorkspaceKey, *, people: Collection[str], anonymous: Collection[str] = ()
    ) -> int: ...
    def forget_workspace(self, workspace: WorkspaceKey) -> int: ...
    def expire(self, workspace: WorkspaceKey, *, expiry: Expiry, limit: int) -> int: ...
    def erase_bytes(self) -> bool: ...

    # Asking about usage: from the daily roll-up.
    def usage_per_day(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOnDay]: ...
    def usage_per_day_and_name(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfNameOnDay]: ...
    def usage_by_name(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfName]: ...
    def usage_by_person(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfPerson]: ...
    def usage_by_account(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfAccount]: ...
    def activity_by_account(
        self, workspace: WorkspaceKey, *, on: date, accounts: Collection[str] | None = None
    ) -> list[ActivityOfAccount]: ...
    def event_names(self, workspace: WorkspaceKey) -> list[EventName]: ...

    # Measuring: `together` holds the keys that are one account or person.
    def measure(
        self,
        workspace: WorkspaceKey,
        *,
        questions: Sequence[Measurement],
        per: Per = Per.ACCOUNT,
        keys: Collection[str] | None = None,
        together: Sequence[Sequence[str]] = (),
        rolled_up: bool = True,
    ) -> list[Measured]: ...
    def touched(
        self, workspace: WorkspaceKey, *, after: int, through: int, per: Per = Per.ACCOUNT
    ) -> list[str]: ...
    def events_behind(
        self,
        workspace: WorkspaceKey,
        *,
        question: Measurement,
        keys: Collection[str],
        per: Per = Per.ACCOUNT,
        limit: int,
    ) -> list[StoredEvent]: ...

    # Adoption: first uses, regular patterns, and the days between uses; from the daily roll-up.
    def uses_by_subject(
        self,
        workspace: WorkspaceKey,
        *,
        groups: Sequence[UseGroup],
        per: Per = Per.ACCOUNT,
        keys: Collection[str] | None = None,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UsesOfSubject]: ...
    def use_durations(
        self,
        workspace: WorkspaceKey,
        *,
        groups: Sequence[UseGroup],
        per: Per,
        whats: Collection[Lasting] = frozenset(Lasting),
        on: date,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UseDuration]: ...
    def use_absences(
        self,
        workspace: WorkspaceKey,
        *,
        groups: Sequence[UseGroup],
        per: Per = Per.ACCOUNT,
        days: int,
        on: date,
        keys: Collection[str] | None = None,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UseAbsence]: ...
    def uses_around(
        self,
        workspace: WorkspaceKey,
        *,
        groups: Sequence[UseGroup],
        per: Per = Per.ACCOUNT,
        spans: Sequence[tuple[date, date]],
        keys: Collection[str] | None = None,
        together: Sequence[Sequence[str]] = (),
    ) -> list[UseAround]: ...

    # Exploring: under a token that the asker made up, with a time limit.
    def explore(
        self,
        workspace: WorkspaceKey,
        *,
        asked: Asked,
        population: Population,
        token: str,
        seconds: float,
    ) -> Explored: ...
    def exploring_progress(
        self, workspace: WorkspaceKey, *, token: str
    ) -> ExploringProgress | None: ...
    def cancel_exploring(self, workspace: WorkspaceKey, *, token: str) -> bool: ...

    # Asking about single events.
    def count(self, workspace: WorkspaceKey, *, name: str | None = None) -> int: ...
    def count_expired(self, workspace: WorkspaceKey, *, expiry: Expiry) -> int: ...
    def last_events(
        self,
        workspace: WorkspaceKey,
        *,
        limit: int,
        before: int | None = None,
        name: str | None = None,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
    ) -> list[StoredEvent]: ...
    def events_with(
        self, workspace: WorkspaceKey, *, messages: Collection[str]
    ) -> list[StoredEvent]: ...
    def ids_of_people(self, workspace: WorkspaceKey) -> list[str]: ...
    def event_at(self, workspace: WorkspaceKey, *, seq: int) -> StoredEvent | None: ...

    # Asking about arrivals: why is my event missing?
    def arrivals(
        self, workspace: WorkspaceKey, *, since: date, until: date
    ) -> list[ArrivalCount]: ...
    def quarantined(
        self,
        workspace: WorkspaceKey,
        *,
        limit: int,
        before: int | None = None,
        reason: Reason | None = None,
        severity: Severity | None = None,
        name: str | None = None,
        ending: Ending | None = None,
    ) -> list[QuarantinedItem]: ...
    def quarantine_groups(self, workspace: WorkspaceKey) -> list[QuarantineGroup]: ...
    def quarantined_at(self, workspace: WorkspaceKey, *, seq: int) -> QuarantinedItem | None: ...

    # What rows learn from events, and the store's own care.
    def heads(self) -> dict[WorkspaceKey, int]: ...
    def news(self, workspace: WorkspaceKey, *, after: int, limit: int) -> News: ...
    def anonymous_ids(
        self, workspace: WorkspaceKey, *, people: Collection[str]
    ) -> Sequence[str]: ...
    def tallies(self) -> list[DayTally]: ...
    def backup(self, path: Path) -> None: ...
    def close(self) -> None: ...
