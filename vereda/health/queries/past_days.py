"""What rules would have said of every customer on past days, from what was known then alone.

Inputs are asked for as of each day; departures are read apart and never reach the rules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from vereda.audiences.queries.inclusions import account_ids_in
from vereda.customers.queries.accounts import (
    archived_accounts,
    external_ids_of_all,
    listed_accounts,
)
from vereda.events.contracts.measuring import Measure, MetricDefinition
from vereda.events.queries.metrics import account_answers
from vereda.events.queries.usage import activity_of_accounts
from vereda.foundation.inputs import Reading
from vereda.health.contracts import BacktestSettings, FreshDays, ScoreRules, Target
from vereda.health.models.scores import ScoreDay
from vereda.health.queries.inputs import (
    fresh_days_of,
    inputs_of,
    names_of_inputs,
    readings_of_accounts,
)
from vereda.health.rules.scoring import scored
from vereda.health.rules.snapshots import (
    Observed,
    days_until_next,
    fitting_pace,
    snapshot_days,
)
from vereda.health.rules.suggesting import Example
from vereda.revenue.queries.departures import departures, paying_account_ids

if TYPE_CHECKING:
    from vereda.health.models.scorecards import Scorecard, ScorecardVersion
    from vereda.workspaces.models import Workspace

TENURE: Final = "revenue.tenure_days"
ACTIVE: Final = "active"
ACTIVE_WINDOW: Final = 90
MOST_YEARS: Final = 15
MOST_ACCOUNTS: Final = 5_000
TOGETHER: Final = 5_000
DAY: Final = timedelta(days=1)
BEGINNING: Final = date(1970, 1, 1)


class PastScore(NamedTuple):
    """What rules would have said of a customer at the end of a day, and how much was known."""

    example: Example
    coverage: float


@dataclass(slots=True)
class Past:
    """A backtest's view of a workspace: who was a customer on a day, and when who departed.

    members: whom the scorecard is for; None: everybody. goodbyes: the days each account departed.
    owners: the account that each key of events belongs to. left_out: customers beyond the most
    that are asked about.
    """

    workspace: Workspace
    rules: ScoreRules
    asked: BacktestSettings
    known_until: date
    members: frozenset[UUID] | None
    fresh_days: FreshDays
    goodbyes: Mapping[UUID, Sequence[date]]
    owners: Mapping[str, UUID]
    first_seen: dict[UUID, date] = field(default_factory=dict)
    chosen: set[UUID] = field(default_factory=set)
    left_out: set[UUID] = field(default_factory=set)

    @property
    def longest(self) -> int:
        """The longest look-ahead, in days."""
        return max(self.asked.looks_ahead)

    def days(self) -> list[date]:
        """The days to ask about, the oldest first, each with a look-ahead behind it."""
        last = self.known_until - timedelta(days=min(self.asked.looks_ahead))
        first = self.asked.since or self._first_day(last)
        return snapshot_days(first, last, pace=self.asked.pace or fitting_pace(first, last))

    def _first_day(self, last: date) -> date:
        """Year by year back from the last day, the earliest on which there were customers."""
        first = last
        for years in range(1, MOST_YEARS + 1):
            day = last - timedelta(days=365 * years)
            if not self._customers(day, self._last_used(day)):
                return day if years == 1 else first
            first = day
        return first

    def examples_on(self, day: date) -> list[PastScore]:
        """Every customer of that day, with what the rules say of it and what came after."""
        last_used = self._last_used(day)
        ids = self._asked_about(self._customers(day, last_used))
        if not ids:
            return []
        names = names_of_inputs(self.rules) | {TENURE}
        readings = readings_of_accounts(self.workspace, names=names, account_ids=ids, on=day)
        left = self._days_left(ids, day, last_used)
        return [
            self._example(account_id, day, readings[account_id], left, last_used)
            for account_id in ids
        ]

    def _example(
        self,
        account_id: UUID,
        day: date,
        readings: Mapping[str, Reading],
        left: Mapping[UUID, int],
        last_used: Mapping[UUID, date],
    ) -> PastScore:
        said = scored(self.rules, readings, on=day, fresh_days=self.fresh_days)
        seen = self.first_seen.setdefault(account_id, day)
        used, tenure = last_used.get(account_id), readings.get(TENURE)
        row = Observed(
            account_id=account_id,
            on=day,
            score=said.exact,
            band=said.band,
            days_left=left.get(account_id),
            days_unused=None if used is None else (day - used).days,
            days_customer=(day - seen).days if tenure is None else int(tenure.value),
        )
        shares = tuple(each.share if each.counts else None for each in said.factors)
        return PastScore(Example(row=row, shares=shares), said.coverage)

    # Who is a customer.

    def _customers(self, day: date, last_used: Mapping[UUID, date]) -> set[UUID]:
        """Who pays on that day; where silence is the departure, who was not silent so long yet."""
        if self.asked.target is Target.REVENUE:
            found = paying_account_ids(self.workspace, on=day)
        else:
            since = day - timedelta(days=self.asked.silent_days)
            found = {account_id for account_id, last in last_used.items() if last > since}
        if self.members is not None:
            found &= self.members
        return self._active_enough(found, day) if self.asked.active_days and found else found

    def _active_enough(self, ids: Collection[UUID], day: date) -> set[UUID]:
        """Who used the product on enough of the last 90 days."""
        asked = {ACTIVE: MetricDefinition(measure=Measure.ACTIVE_DAYS, window=ACTIVE_WINDOW)}
        answers = account_answers(
            self.workspace, [ACTIVE], definitions=asked, on=day, account_ids=list(ids)
        )
        found = {
            account_id: told.get(ACTIVE, (None, None))[0] for account_id, told in answers.items()
        }
        return {pk for pk, days in found.items() if (days or 0) >= self.asked.active_days}

    def _asked_about(self, ids: Collection[UUID]) -> list[UUID]:
        """Those customers; of very many some by chance, and on every day the same."""
        for account_id in sorted(ids, key=_by_chance):
            if account_id not in self.chosen and account_id not in self.left_out:
                room = len(self.chosen) < MOST_ACCOUNTS
                (self.chosen if room else self.left_out).add(account_id)
        return sorted(account_id for account_id in ids if account_id in self.chosen)

    def _last_used(self, day: date) -> dict[UUID, date]:
        """The last day of use of every account, as it was known at the end of that day."""
        found: dict[UUID, date] = {}
        for told in activity_of_accounts(self.workspace, on=day):
            owner = self.owners.get(told.account_key)
            if owner is not None:
                found[owner] = max(found.get(owner, date.min), told.last_at.date())
        return found

    # Who departs.

    def _days_left(
        self, ids: Collection[UUID], day: date, last_used: Mapping[UUID, date]
    ) -> dict[UUID, int]:
        """How many days later each of those departed that did so in the longest look-ahead."""
        if self.asked.target is Target.SILENCE:
            return self._days_to_silence(ids, day, last_used)
        found = {pk: days_until_next(self.goodbyes.get(pk, ()), day) for pk in ids}
        until = (self.known_until - day).days
        return {pk: days for pk, days in found.items() if days and days <= min(self.longest, until)}

    def _days_to_silence(
        self, ids: Collection[UUID], day: date, last_used: Mapping[UUID, date]
    ) -> dict[UUID, int]:
        """Who did nothing in the look-ahead, and when its silence had lasted long enough."""
        silent = timedelta(days=self.asked.silent_days)
        if day + silent > self.known_until:
            return {}
        later = self._last_used(day + silent)
        return {pk: (last_used[pk] + silent - day).days for pk in ids if later.get(pk, day) <= day}


def past_of(version: ScorecardVersion, *, asked: BacktestSettings, known_until: date) -> Past:
    """The past of a workspace as these rules would have seen it."""
    workspace, card = version.workspace, version.scorecard
    goodbyes: dict[UUID, list[date]] = {}
    if asked.target is Target.REVENUE:
        for told in departures(workspace, since=BEGINNING, until=known_until + DAY):
            goodbyes.setdefault(told.account_id, []).append(told.day)
    return Past(
        workspace=workspace,
        rules=version.ruled,
        asked=asked,
        known_until=known_until,
        members=members_of_card(card),
        fresh_days=fresh_days_of(inputs_of(workspace)),
        goodbyes=goodbyes,
        owners=owners_of_keys(workspace),
    )


def members_of_card(card: Scorecard) -> frozenset[UUID] | None:
    """Whom a scorecard is for: who is in its audience, and whom it ever scored; None: everybody.

    Who departed may have left the audience since; to forget them would flatter the score.
    """
    if card.audience is None:
        return None
    inside = set(account_ids_in(card.audience))
    once = ScoreDay.objects.of(card.workspace_id).filter(version__scorecard=card)
    return frozenset(inside | set(once.values_list("account_id", flat=True).distinct()))


def owners_of_keys(workspace: Workspace | UUID) -> dict[str, UUID]:
    """The account that each key of events belongs to, archived ones too."""
    ids = [
        *listed_accounts(workspace).values_list("pk", flat=True),
        *archived_accounts(workspace).values_list("pk", flat=True),
    ]
    found: dict[str, UUID] = {}
    for start in range(0, len(ids), TOGETHER):
        keys = external_ids_of_all(workspace, ids[start : start + TOGETHER])
        found |= {key: account_id for account_id, several in keys.items() for key in several}
    return found


def usual_settings(workspace: Workspace, *, on: date) -> BacktestSettings:
    """What fits the workspace: paid terms that ended where any did, else silence."""
    if departures(workspace, since=BEGINNING, until=on + DAY):
        return BacktestSettings()
    return BacktestSettings(target=Target.SILENCE)


def _by_chance(account_id: UUID) -> bytes:
    """An order that has nothing to do with when an account was made; the same on every run."""
    return blake2b(account_id.bytes, digest_size=8).digest()
