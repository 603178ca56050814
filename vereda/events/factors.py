"""What events offer to scores: every metric about accounts, its trend, and how alive they are.

Nothing is said of an account that never sent an event up to that day: silence of somebody whom no
source reports on is not a sign of anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Max, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vereda.customers.queries.accounts import external_ids_of_all, listed_accounts
from vereda.events.contracts.measuring import Measure, MetricDefinition, Per
from vereda.events.models.metrics import Metric, MetricValue
from vereda.events.queries.metrics import (
    account_answers,
    measuring_state,
    metric_definitions,
    metrics_in,
)
from vereda.events.queries.usage import activity_of_accounts
from vereda.events.rules.metrics import Answer
from vereda.foundation.clock import now
from vereda.foundation.criteria import one_of_many
from vereda.foundation.inputs import Better, Input, InputUnit, Reading

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

METRIC: Final = "events.metric."
TREND: Final = "events.trend."
DAYS_SINCE_USE: Final = "events.days_since_use"
ACTIVE_PEOPLE: Final = "events.active_people_28d"
ACTIVE_DAYS: Final = "events.active_days_28d"
TOGETHER: Final = 5_000
FRESH_DAYS: Final = 3
"""Values are computed at least daily: older ones mean that computing stands still."""

GROUP: Final = _("Use of the product")
TREND_GROUP: Final = _("Changes in use")
LESS_IS_BETTER: Final = frozenset({Measure.TIME_SINCE, Measure.GAP})
UNITS: Final = {
    Measure.PEOPLE: InputUnit.PEOPLE,
    Measure.SEAT_SHARE: InputUnit.SHARE,
    Measure.TIME_SINCE: InputUnit.DAYS,
    Measure.GAP: InputUnit.DAYS,
    Measure.ACTIVE_DAYS: InputUnit.DAYS,
    Measure.DURATION: InputUnit.HOURS,
}
OWN: Final = {
    ACTIVE_PEOPLE: MetricDefinition(measure=Measure.PEOPLE, window=28),
    ACTIVE_DAYS: MetricDefinition(measure=Measure.ACTIVE_DAYS, window=28),
}

Readings = dict[str, dict[UUID, Reading]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about which accounts at the end of which day."""

    workspace: Workspace
    names: frozenset[str]
    ids: Sequence[UUID]
    on: date


class UsageInputs:
    """Metrics, their trends, and how long ago, by how many and how often anything was done."""

    def inputs(self, workspace: Workspace) -> list[Input]:
        """The three that need no metric, then each metric about accounts and its trend."""
        metrics = list(metrics_in(workspace, per=Per.ACCOUNT))
        return [
            *_own_inputs(),
            *(_metric_input(metric) for metric in metrics),
            *(_trend_input(metric) for metric in metrics),
        ]

    def readings(
        self,
        workspace: Workspace,
        *,
        names: Collection[str],
        account_ids: Collection[UUID],
        on: date,
    ) -> Mapping[str, Mapping[UUID, Reading]]:
        """From the values kept when they are of that day, else from the store."""
        wanted = frozenset(name for name in names if name.startswith("events."))
        found: Readings = {}
        for part in _parts(account_ids) if wanted else ():
            for name, told in _read(Asked(workspace, wanted, part, on)).items():
                found.setdefault(name, {}).update(told)
        return found


def _own_inputs() -> list[Input]:
    return [
        Input(
            name=DAYS_SINCE_USE,
            label=_("Days since last use"),
            group=GROUP,
            unit=InputUnit.DAYS,
            better=Better.LESS,
            says=_("How many days ago anybody there last did anything."),
            fresh_days=FRESH_DAYS,
            tab="usage",
        ),
        Input(
            name=ACTIVE_PEOPLE,
            label=_("People active in 28 days"),
            group=GROUP,
            unit=InputUnit.PEOPLE,
            better=Better.MORE,
            says=_("How many different people did anything in the last 28 days."),
            fresh_days=FRESH_DAYS,
            tab="usage",
        ),
        Input(
            name=ACTIVE_DAYS,
            label=_("Days of use in 28 days"),
            group=GROUP,
            unit=InputUnit.DAYS,
            better=Better.MORE,
            says=_("On how many of the last 28 days anybody did anything."),
            fresh_days=FRESH_DAYS,
            tab="usage",
        ),
    ]


def _metric_input(metric: Metric) -> Input:
    measure = metric.defined.measure
    return Input(
        name=f"{METRIC}{metric.slug}",
        label=metric.name,
        group=GROUP,
        unit=UNITS.get(measure, InputUnit.NUMBER),
        better=Better.LESS if measure in LESS_IS_BETTER else Better.MORE,
        says=metric.description,
        fresh_days=FRESH_DAYS,
        tab="usage",
    )


def _trend_input(metric: Metric) -> Input:
    less = metric.defined.measure in LESS_IS_BETTER
    return Input(
        name=f"{TREND}{metric.slug}",
        label=gettext("%s: change") % metric.name,
        group=TREND_GROUP,
        unit=InputUnit.SHARE,
        better=Better.LESS if less else Better.MORE,
        says=gettext("The change against the period before, as a share of what was before."),
        fresh_days=FRESH_DAYS,
        tab="usage",
    )


def _read(asked: Asked) -> Readings:
    """What is known of one part of the accounts."""
    last_used = _last_used(asked)
    if not last_used:
        return {}
    known = Asked(asked.workspace, asked.names, list(last_used), asked.on)
    found = _own_readings(known) | _metric_readings(known)
    if DAYS_SINCE_USE in asked.names:
        found[DAYS_SINCE_USE] = {
            account_id: Reading(float((asked.on - last_on).days), asked.on)
            for account_id, last_on in last_used.items()
        }
    return found


def _last_used(asked: Asked) -> dict[UUID, date]:
    """The last day of use, of accounts that ever did anything."""
    if asked.on >= _kept_on(asked.workspace):
        rows = listed_accounts(asked.workspace).filter(one_of_many(asked.ids))
        told = rows.values_list("pk", "last_active_on")
        return {pk: min(last_on, asked.on) for pk, last_on in told if last_on}
    keys = external_ids_of_all(asked.workspace, asked.ids)
    owners = {key: account_id for account_id, several in keys.items() for key in several}
    found: dict[UUID, date] = {}
    for one in activity_of_accounts(asked.workspace, on=asked.on, keys=list(owners)):
        owner = owners[one.account_key]
        found[owner] = max(found.get(owner, date.min), one.last_at.date())
    return found


def _own_readings(asked: Asked) -> Readings:
    """Active people and days, which the store is asked for: no metric keeps them."""
    definitions = {name: made for name, made in OWN.items() if name in asked.names}
    if not definitions:
        return {}
    answers = _from_store(asked, definitions, list(definitions))
    found: Readings = {}
    for name in definitions:
        found |= _named_readings({name}, answers, slug=name, as_of=asked.on)
    return found


def _kept_on(workspace: Workspace) -> date:
    """The day that kept values are of; today when none was ever measured.

    What is kept must not answer for earlier days: it knows what came after them.
    """
    cursor = measuring_state(workspace)
    return cursor.on if cursor is not None and cursor.on is not None else now().date()


def _metric_readings(asked: Asked) -> Readings:
    """Metrics and trends asked for, by the names of their inputs."""
    slugs = {
        name.removeprefix(METRIC).removeprefix(TREND)
        for name in asked.names
        if name.startswith((METRIC, TREND))
    }
    definitions = metric_definitions(asked.workspace) if slugs else {}
    slugs &= definitions.keys()
    if not slugs:
        return {}
    kept_on = _kept_on(asked.workspace)
    if asked.on >= kept_on:
        answers = _kept_answers(asked, slugs)
        as_of = kept_on
    else:
        answers = _from_store(asked, definitions, slugs)
        as_of = asked.on
    found: Readings = {}
    for slug in slugs:
        found |= _named_readings(asked.names, answers, slug=slug, as_of=as_of)
    return found


def _kept_answers(asked: Asked, slugs: Collection[str]) -> dict[UUID, dict[str, Answer]]:
    """One row of each account, its values beside each other: a row of each value costs more to
    read than to find."""
    listed = sorted(slugs)
    metrics = Metric.objects.of(asked.workspace).filter(slug__in=listed, archived_at=None)
    ids = dict(metrics.values_list("slug", "pk"))
    listed = [slug for slug in listed if slug in ids]
    columns = {
        f"{column}_{place}": Max(column, filter=Q(metric=ids[slug]))
        for place, slug in enumerate(listed)
        for column in ("value", "before")
    }
    rows = MetricValue.objects.of(asked.workspace).filter(
        one_of_many(asked.ids, column="account"), metric__in=list(ids.values()), person=None
    )
    told = rows.values_list("account").annotate(**columns).order_by()
    return {
        account_id: dict(zip(listed, zip(values[::2], values[1::2], strict=True), strict=True))
        for account_id, *values in told
        if account_id is not None
    }


def _from_store(
    asked: Asked,
    definitions: Mapping[str, MetricDefinition],
    slugs: Collection[str],
) -> dict[UUID, dict[str, Answer]]:
    return account_answers(
        asked.workspace,
        sorted(slugs),
        definitions=definitions,
        on=asked.on,
        account_ids=asked.ids,
    )


def _named_readings(
    names: Collection[str],
    answers: Mapping[UUID, Mapping[str, Answer]],
    *,
    slug: str,
    as_of: date,
) -> Readings:
    """One metric's values and changes, under the names that were asked for."""
    found: Readings = {}
    own = slug if slug in names else f"{METRIC}{slug}"
    changed = f"{TREND}{slug}"
    for account_id, told in answers.items():
        value, before = told.get(slug, (None, None))
        if value is None:
            continue
        if own in names:
            found.setdefault(own, {})[account_id] = Reading(value, as_of)
        if changed in names and before:
            change = (value - before) / abs(before)
            found.setdefault(changed, {})[account_id] = Reading(change, as_of)
    return found


def _parts(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while part := list(islice(rest, TOGETHER)):
        yield part
