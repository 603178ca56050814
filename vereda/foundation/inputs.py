"""Inputs of a score: numbers about accounts that each capability can tell for any day.

A capability's `factors.py` offers an `InputSource`; `config/wiring.py` lists the sources in
INPUTS; `health` makes factors of them. An input is told for a day as it was known at the end of
that day (UTC), never with what came later: backtests depend on it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias
from uuid import UUID

import msgspec
from django.utils.functional import Promise

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

Words: TypeAlias = str | Promise


class InputUnit(StrEnum):
    """What a number counts, and so how it is written. MONEY is in whole units of the currency;
    SHARE runs from 0 to 1."""

    NUMBER = "number"
    PEOPLE = "people"
    SHARE = "share"
    DAYS = "days"
    HOURS = "hours"
    MONEY = "money"
    POINTS = "points"


class Better(StrEnum):
    """Which way is usually good; a scorecard decides for itself."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What an input says of one account: the value, and the day it is from (for its age)."""

    value: float
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A number that can be told of every account.

    name: stable, `capability.word` (`events.metric.weekly_people`, `support.open_tickets`); stands
        in files. says: one sentence for who builds a score. fresh_days: older is stale; None:
        never. tab: the tab of the account's page where the rows behind it are ("usage").
    """

    name: str
    label: Words
    group: Words
    unit: InputUnit
    better: Better
    says: Words = ""
    fresh_days: int | None = None
    tab: str = ""


class InputSource(Protocol):
    """A capability's share of what can be scored."""

    def inputs(self, workspace: "Workspace") -> Sequence[Input]:
        """What this capability can tell in this workspace."""
        ...

    def readings(
        self,
        workspace: "Workspace",
        *,
        names: Collection[str],
        account_ids: Collection[UUID],
        on: date,
    ) -> Mapping[str, Mapping[UUID, Reading]]:
        """Each of these inputs of each of these accounts at the end of that day.

        An account about which nothing is known is left out: unknown is not zero. Names of other
        capabilities are left out too. A constant number of queries per thousand accounts.
        """
        ...
