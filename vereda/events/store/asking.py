"""Asking: every question of an `EventStore`, whatever the engine.

A question is looked up in `questions`, rendered for the engine's dialect and given its
values as parameters; an engine only says how a statement is run (`_select`). A new
question is one expression there, one method here and one line of the protocol.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, TypeVar

import msgspec

from vereda.events.contracts.answers import (
    AccountSighting,
    ActivityOfAccount,
    ArrivalCount,
    EventName,
    News,
    PersonSighting,
    QuarantinedItem,
    QuarantineGroup,
    StoredEvent,
    TraitsSaid,
    UsageOfAccount,
    UsageOfName,
    UsageOfNameOnDay,
    UsageOfPerson,
    UsageOnDay,
)
from vereda.events.contracts.arriving import Ending, Reason, Severity, WorkspaceKey
from vereda.events.contracts.store import Expiry
from vereda.events.store import questions
from vereda.events.store.adopting import Adopting
from vereda.events.store.exploring import Exploring
from vereda.events.store.measuring import Measuring

Row = TypeVar("Row", bound=msgspec.Struct)


class Asking(Measuring, Adopting, Exploring, ABC):
    """The asking half of an `EventStore`."""

    dialect: ClassVar[str]

    @abstractmethod
    def _select(self, statement: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows of a statement in the engine's dialect; instants are UTC without a zone."""

    # --- Asking about usage -------------------------------------------------------------

    def usage_per_day(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOnDay]:
        """What was done on each day that anything was."""
        return self._rows(
            UsageOnDay,
            "usage_per_day",
            workspace,
            {"since": since, "until": until},
            {"accounts": accounts, "people": people, "names": names},
        )

    def usage_per_day_and_name(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfNameOnDay]:
        """What was done on each day, name by name."""
        return self._rows(
            UsageOfNameOnDay,
            "usage_per_day_and_name",
            workspace,
            {"since": since, "until": until},
            {"accounts": accounts, "people": people, "names": names},
        )

    def usage_by_name(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfName]:
        """What was done, the most used name first."""
        return self._rows(
            UsageOfName,
            "usage_by_name",
            workspace,
            {"since": since, "until": until},
            {"accounts": accounts, "people": people, "names": names},
        )

    def usage_by_person(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfPerson]:
        """What each person did, the most active first."""
        return self._rows(
            UsageOfPerson,
            "usage_by_person",
            workspace,
            {"since": since, "until": until},
            {"accounts": accounts, "names": names},
        )

    def usage_by_account(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfAccount]:
        """What was done in each account, the most active first."""
        return self._rows(
            UsageOfAccount,
            "usage_by_account",
            workspace,
            {"since": since, "until": until},
            {"accounts": accounts, "names": names},
        )

    def activity_by_account(
        self, workspace: WorkspaceKey, *, on: date, accounts: Collection[str] | None = None
    ) -> list[ActivityOfAccount]:
        """Each account's pulse at the end of that day."""
        until = on + timedelta(days=1)
        given: dict[str, object] = {
            "since": date(1, 1, 1),
            "until": until,
            "four_weeks": until - timedelta(weeks=4),
        }
        for week in range(questions.WEEKS + 1):
            given[f"week_{week}"] = until - timedelta(weeks=questions.WEEKS - week)
        found = self._ask("activity_by_account", workspace, given, {"accounts": accounts})
        return [
            ActivityOfAccount(
                account_key=key,
                last_at=last_at.replace(tzinfo=UTC),
                people_28d=people,
                weeks=tuple(weeks),
            )
            for key, last_at, people, *weeks in found
        ]

    def event_names(self, workspace: WorkspaceKey) -> list[EventName]:
        """Every name that was ever used, the most used first."""
        return self._rows(EventName, "event_names", workspace)

    # --- Asking about single events -----------------------------------------------------

    def count(self, workspace: WorkspaceKey, *, name: str | None = None) -> int:
        """How many events are stored, of any kind."""
        return int(self._ask("count", workspace, {}, {"name": name})[0][0])

    def count_expired(self, workspace: WorkspaceKey, *, expiry: Expiry) -> int:
        """How many events are too old."""
        span = {
            "before": expiry.before.replace(tzinfo=None),
            "arrived_before": expiry.arrived_before.replace(tzinfo=None),
        }
        narrowed = {"names": expiry.names, "other_than": expiry.other_than or None}
        return int(self._ask("count_expired", workspace, span, narrowed)[0][0])

    def last_events(
        self,
        workspace: WorkspaceKey,
        *,
        limit: int,
        before: int | None = None,
        name: str | None = None,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
    ) -> list[StoredEvent]:
        """The newest to arrive first."""
        return self._rows(
            StoredEvent,
            "last_events",
            workspace,
            {"limit": limit},
            {"before": before, "name": name, "accounts": accounts, "people": people},
        )

    def events_with(
        self, workspace: WorkspaceKey, *, messages: Collection[str]
    ) -> list[StoredEvent]:
        """The events that came under these message ids."""
        if not messages:
            return []
        given, narrowed = {"limit": len(messages)}, {"messages": messages}
        return self._rows(StoredEvent, "last_events", workspace, given, narrowed)

    def ids_of_people(self, workspace: WorkspaceKey) -> list[str]:
        """Every id, known or anonymous, under which anything is held."""
        return [found for (found,) in self._ask("ids_of_people", workspace)]

    def event_at(self, workspace: WorkspaceKey, *, seq: int) -> StoredEvent | None:
        """The event with that number."""
        found = self._rows(StoredEvent, "last_events", workspace, {"limit": 1}, {"seq": seq})
        return found[0] if found else None

    # --- Asking about arrivals ----------------------------------------------------------

    def arrivals(self, workspace: WorkspaceKey, *, since: date, until: date) -> list[ArrivalCount]:
        """What became of everything received, day by day."""
        return self._rows(ArrivalCount, "arrivals", workspace, {"since": since, "until": until})

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
    ) -> list[QuarantinedItem]:
        """The newest first."""
        narrowed = {
            "before": before,
            "reason": reason,
            "severity": severity,
            "name": name,
            "ending": ending,
        }
        return self._rows(QuarantinedItem, "quarantined", workspace, {"limit": limit}, narrowed)

    def quarantine_groups(self, workspace: WorkspaceKey) -> list[QuarantineGroup]:
        """The refused items that wait, by reason and name, the largest group first."""
        return self._rows(QuarantineGroup, "quarantine_groups", workspace)

    def quarantined_at(self, workspace: WorkspaceKey, *, seq: int) -> QuarantinedItem | None:
        """The item with that number."""
        found = self._rows(QuarantinedItem, "quarantined", workspace, {"limit": 1}, {"seq": seq})
        return found[0] if found else None

    # --- What rows learn, and care --------------------------------------------------------

    def news(self, workspace: WorkspaceKey, *, after: int, limit: int) -> News:
        """What the next `limit` events after that one say about people and accounts."""
        end = self._end_of_news(workspace, after=after, limit=limit)
        if end is None:
            return News(through=after, accounts=[], people=[], traits=[], touched=[])
        span = {"after": after, "through": end}
        touched = self._ask("news_touched", workspace, span)
        return News(
            through=end,
            accounts=self._rows(AccountSighting, "news_accounts", workspace, span),
            people=self._rows(PersonSighting, "news_people", workspace, span),
            traits=self._rows(TraitsSaid, "news_traits", workspace, span),
            touched=[account for (account,) in touched],
        )

    def anonymous_ids(self, workspace: WorkspaceKey, *, people: Collection[str]) -> list[str]:
        """The anonymous ids that turned out to be these people."""
        found = self._ask("anonymous_ids", workspace, {}, {"people": people})
        return [anonymous for (anonymous,) in found]

    # --- How -----------------------------------------------------------------------------

    def _end_of_news(self, workspace: WorkspaceKey, *, after: int, limit: int) -> int | None:
        """Up to where the next `limit` events after that one go; None when there are none."""
        end = self._ask("news_end", workspace, {"after": after, "limit": limit})[0][0]
        return None if end is None else int(end)

    def _ask(
        self,
        question: str,
        workspace: WorkspaceKey,
        given: Mapping[str, object] = {},
        narrowing: Mapping[str, object] = {},
    ) -> list[tuple[Any, ...]]:
        """The rows of a question; narrowings that are None do not narrow."""
        narrowed = {
            name: list(value)
            if isinstance(value, Collection) and not isinstance(value, str)
            else value
            for name, value in narrowing.items()
            if value is not None
        }
        statement = questions.rendered(question, frozenset(narrowed), self.dialect)
        return self._select(statement, {"workspace": workspace, **given, **narrowed})

    def _rows(
        self,
        kind: type[Row],
        question: str,
        workspace: WorkspaceKey,
        given: Mapping[str, object] = {},
        narrowing: Mapping[str, object] = {},
    ) -> list[Row]:
        names = kind.__struct_fields__
        found = [
            dict(zip(names, map(_aware, row), strict=True))
            for row in self._ask(question, workspace, given, narrowing)
        ]
        return msgspec.convert(found, list[kind])  # type: ignore[valid-type]


def _aware(value: object) -> object:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
